"""Our shoes by name: each a function from its colours and the grid's stations to the objects of one left shoe."""

from collections.abc import Callable
from typing import Any

from deploy.renders import formal, sneakers

SHOES: dict[str, Callable[[dict[str, str], int], list[Any]]] = {
    "plimsoll": sneakers.plimsoll,
    "court": sneakers.court,
    "runner": sneakers.runner,
    "derby": formal.derby,
    "chelsea": formal.chelsea,
    "ballet": formal.ballet,
}
