"""Names of objects in the store, as messages bear them."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field

ObjectKey = Annotated[
    str, Field(min_length=4, max_length=200, pattern=r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_.-]*)*$")
]


def keys_in(value: object, name: str = "") -> set[str]:
    """Every object key in a message, or in its JSON, however deep: what is called `key`, `keys`, `..._key` or `..._keys`."""
    if isinstance(value, BaseModel):
        return _keys_in_all((getattr(value, field), field) for field in type(value).model_fields)
    names_keys = name.rpartition("_")[2] in {"key", "keys"}
    if isinstance(value, dict):
        return _keys_in_all((item, name if names_keys else str(field)) for field, item in value.items())
    if isinstance(value, list | tuple):
        return _keys_in_all((item, name) for item in value if not isinstance(item, float))
    return {value} if names_keys and isinstance(value, str) else set()


def _keys_in_all(items: Iterable[tuple[object, str]]) -> set[str]:
    return {key for item, name in items for key in keys_in(item, name)}
