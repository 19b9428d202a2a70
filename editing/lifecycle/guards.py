"""The guards that keep a request from being lost or done twice, each with a switch.

The switches exist for tests, which show that with a guard off its fault does harm. Nothing outside `tests/` sets one,
and no environment variable reaches them.
"""

from dataclasses import dataclass


@dataclass(kw_only=True)
class Guards:
    """All on, always."""

    sweep: bool = True  # what the broker lost is sent again
    fencing: bool = True  # an answer under an old token is dropped
    one_per_candidate: bool = True  # a result that came already is not recorded again
    conditional_move: bool = True  # a row moves only from the state in which it was read
    attempt_limit: bool = True  # a job that kills its worker is given up


guards = Guards()
