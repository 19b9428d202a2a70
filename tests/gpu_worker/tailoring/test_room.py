"""As far as a photo has room: what was asked first, then less."""

from gpu_worker.tailoring.room import shares_up_to


def test_what_was_asked_comes_first_and_then_less_of_it():
    assert list(shares_up_to(0.1)) == [0.1]
    asked = list(shares_up_to(1.0))
    assert asked[0] == 1.0 and asked == sorted(asked, reverse=True) and 0.35 <= asked[-1] < 0.42
