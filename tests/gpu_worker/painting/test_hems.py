"""A hem that goes up or down, everywhere alike or along a line."""

import numpy as np
import pytest

from gpu_worker.grafts.grafted import DoesNotFit
from gpu_worker.painting.borders import part_moved, share_moved
from gpu_worker.painting.hems import check_seen, hem_moved, hem_of, hem_to
from tests.gpu_worker.painting.drawn import SIDE, shirt


def test_a_hem_moves_and_sleeves_print_and_ground_beside_it_stay():
    drawn = shirt()
    down = hem_moved(drawn, "more", 1.0)
    there = part_moved(drawn.mask("body"), down)
    assert np.flatnonzero(there[:, 128])[-1] == pytest.approx(202 + 0.15 * 162, abs=2)
    assert np.abs(down[:, :20]).max() == 0 and np.abs(down[40:100]).max() == 0
    assert hem_moved(drawn, "less", 1.0).min() == pytest.approx(162 * share_moved("less", 1.0, 0.15), abs=0.1)
    with pytest.raises(DoesNotFit, match="too little plain cloth"):
        hem_moved(shirt(printed=True), "less", 1.0)
    with pytest.raises(DoesNotFit, match="even ground"):
        hem_moved(shirt(trousers=True), "more", 1.0)


def test_a_hem_follows_a_line():
    drawn = shirt()
    hem = hem_of(drawn)
    down = np.interp(np.arange(SIDE), [80, 176], [4.0, 20.0])
    there = part_moved(drawn.mask("body"), hem_to(drawn, hem, down))
    ends = np.array([np.flatnonzero(there[:, x])[-1] + 1 for x in (90, 128, 166)])
    assert ends == pytest.approx(hem.line[[90, 128, 166]] + down[[90, 128, 166]], abs=1.5)


def test_what_a_pictures_edge_cut_off_is_no_hem():
    check_seen(hem_of(shirt()))
    with pytest.raises(DoesNotFit, match="ends above this shirt's hem"):
        check_seen(hem_of(shirt(ruled=True)))
