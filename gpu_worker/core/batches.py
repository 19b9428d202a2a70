"""One place for running out of memory."""

from collections.abc import Callable
from typing import TypeVar

import torch

Result = TypeVar("Result")


def in_batches(work: Callable[[slice], Result], count: int, batch: int) -> list[Result]:
    """Run `work` on consecutive slices of [0, count); out of memory halves the batch and goes on.

    Raises torch.OutOfMemoryError when a batch of one does not fit.
    """
    results: list[Result] = []
    done = 0
    while done < count:
        part = slice(done, min(done + batch, count))
        try:
            results.append(work(part))
            done = part.stop
            continue
        except torch.OutOfMemoryError:
            if batch == 1:
                raise
        batch = max(1, batch // 2)  # outside the handler: the error's frames would keep the failed batch's tensors
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return results
