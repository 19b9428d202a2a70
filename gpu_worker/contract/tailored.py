"""Attributes that are cut from the photo itself, not drawn by the manifold. No torch here; both sides of the broker import it."""

from gpu_worker.contract.marks import Attribute

# by the names of the attributes that ship with a kind
TAILORED: dict[str, tuple[str, ...]] = {
    "shoe": ("high heel", "high-top"),
    "shirt": ("long sleeves", "collar and buttons", "formal"),
}


def is_tailored(mark: Attribute, kind: str) -> bool:
    """More of an attribute that is cut, as it ships, unless another way is asked for; what a merchant taught goes that of its examples."""
    return (
        mark.amount > 0
        and mark.way == "neighbours"
        and mark.examples_key is None
        and mark.name in TAILORED.get(kind, ())
    )
