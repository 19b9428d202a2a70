from itertools import chain

import pytest
import torch

from gpu_worker.core.batches import in_batches


def test_out_of_memory_halves_the_batch_and_goes_on() -> None:
    tried: list[int] = []

    def work(part: slice) -> list[int]:
        tried.append(part.stop - part.start)
        if part.stop - part.start > 3:
            raise torch.OutOfMemoryError
        return list(range(part.start, part.stop))

    assert list(chain.from_iterable(in_batches(work, 10, 8))) == list(range(10))
    assert tried[:2] == [8, 4]
    assert max(tried[2:]) == 2


def test_a_batch_of_one_that_does_not_fit_is_an_error() -> None:
    def work(part: slice) -> None:
        raise torch.OutOfMemoryError

    with pytest.raises(torch.OutOfMemoryError):
        in_batches(work, 4, 4)
