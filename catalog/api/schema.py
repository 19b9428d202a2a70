"""What the generated OpenAPI document says beyond the endpoints: errors and the Idempotency-Key."""

from typing import Any

from catalog.api.idempotency import HEADER, MAX_LENGTH

_ERROR = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
_EVERYWHERE = {
    "400": "The request is not valid.",
    "401": "The token is missing, unknown or revoked.",
    "403": "The token has not the scope.",
    "404": "There is no such thing, or it is another merchant's.",
    "406": "No such format of answers.",
    "429": "Too many requests; see Retry-After.",
}
_ON_WRITES = {
    "409": "It collides with something that exists, or with a running request.",
    "415": "The body is of the wrong type.",
    "422": "The photo is refused, or the Idempotency-Key was used for another request.",
    "503": "The object store is out of reach; try again.",
}
_KEY = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "maxLength": MAX_LENGTH},
    "description": "Sent again within a day, the request does nothing again and gets the first answer.",
}
_COMPONENT = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string", "description": "For programs."},
                "message": {"type": "string", "description": "For people."},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                    "description": "What is wrong, field by field.",
                },
            },
        }
    },
}


def add_common_answers(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = _COMPONENT
    for operations in result["paths"].values():
        for method, operation in operations.items():
            is_write = method in {"post", "put", "patch", "delete"}
            for status, description in (_EVERYWHERE | (_ON_WRITES if is_write else {})).items():
                operation["responses"].setdefault(status, {"description": description, **_ERROR})
            if is_write:
                operation.setdefault("parameters", []).append(_KEY)
    return result
