"""Constraints: each an f_g with its v_g and a mask, as a differentiable cost per candidate.

A constraint is called with a Proposal of N candidates and answers costs (N,), of order 1 when it is clearly not met
and near 0 when it is; any number can be summed. Masks are (1, 1, R, R) in [0, 1].
"""

from typing import Protocol

from torch import Tensor

from gpu_worker.edits.proposal import Proposal


class Constraint(Protocol):
    """One wish."""

    @property
    def moves_outline(self) -> bool:
        """Whether meeting it can move shapes, so that the transfer must estimate motion."""
        ...

    @property
    def repaints(self) -> bool:
        """Whether colours may change for it beyond the swatches' dyes: a drag or an outline asks for shape alone."""
        ...

    @property
    def creates(self) -> bool:
        """Whether meeting it can show what the photo has not: a sleeve, a heel, an outline further out."""
        ...

    @property
    def follows_progress(self) -> bool:
        """Whether it asks for something else at every step until it has arrived, so that no earlier step can be the best."""
        ...

    def __call__(self, proposal: Proposal) -> Tensor: ...
