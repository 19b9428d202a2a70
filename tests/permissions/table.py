"""Who may do what: one row for every route, with an audience for every method that the route answers.

A route that is missing here fails the matrix; so does a row whose route is gone. Methods without an audience are
answered to nobody.
"""

from collections.abc import Mapping
from enum import Enum

Person = str

ANONYMOUS, SHOPPER = "anonymous", "shopper"
OWNER, EDITOR, VIEWER, STRANGER = "owner of A", "editor of A", "viewer of A", "owner of B"
REVIEWER, SUPERUSER = "reviewer", "superuser"
PEOPLE: tuple[Person, ...] = (ANONYMOUS, SHOPPER, OWNER, EDITOR, VIEWER, STRANGER, REVIEWER, SUPERUSER)

WRITING_TOKEN, READING_TOKEN, STRANGE_TOKEN = "writing token of A", "reading token of A", "writing token of B"
TOKENS: tuple[Person, ...] = (WRITING_TOKEN, READING_TOKEN, STRANGE_TOKEN)

_SIGNED_IN = frozenset(PEOPLE) - {ANONYMOUS}


class Audience(Enum):
    """The people to whom a method is answered. A stranger is among them only where the route names no object of A."""

    EVERYBODY = frozenset(PEOPLE) | frozenset(TOKENS)
    ANYHOW = frozenset({"nobody in particular"})  # answered or not, there is nothing to protect
    SIGNED_IN = _SIGNED_IN
    MAKER = frozenset({OWNER})  # who opened the session; even a colleague has their own
    MEMBERS = frozenset({OWNER, EDITOR, VIEWER, STRANGER})
    EDITORS = frozenset({OWNER, EDITOR, STRANGER})
    OWNERS = frozenset({OWNER, STRANGER})
    STAFF = frozenset({REVIEWER, SUPERUSER})
    READING = frozenset(TOKENS)
    WRITING = frozenset({WRITING_TOKEN, STRANGE_TOKEN})


Row = Mapping[str, Audience]

_PAGE: Row = {"GET": Audience.EVERYBODY}
# Django's own form views take a PUT for a POST.
_ANYBODY_FORM = {"GET": Audience.EVERYBODY, "POST": Audience.EVERYBODY, "PUT": Audience.EVERYBODY}
_READ: Row = {"GET": Audience.MEMBERS}
_EDIT: Row = {"POST": Audience.EDITORS}
_EDIT_FORM: Row = {"GET": Audience.EDITORS, "POST": Audience.EDITORS}
_READ_AND_EDIT: Row = {"GET": Audience.MEMBERS, "POST": Audience.EDITORS}
_OWN: Row = {"POST": Audience.OWNERS}
_REVIEW: Row = {"GET": Audience.STAFF}
_DECIDE: Row = {"POST": Audience.STAFF}

TABLE: dict[str, Row] = {
    # Operations
    "healthz": _PAGE,
    "readyz": _PAGE,
    # People
    "login": _ANYBODY_FORM | {"PATCH": Audience.ANYHOW, "DELETE": Audience.ANYHOW},
    "logout": {"POST": Audience.EVERYBODY},
    "password_change": {"GET": Audience.SIGNED_IN, "POST": Audience.SIGNED_IN, "PUT": Audience.SIGNED_IN},
    "password_change_done": {"GET": Audience.SIGNED_IN},
    "password_reset": _ANYBODY_FORM,
    "password_reset_done": _PAGE,
    "password_reset_confirm": _ANYBODY_FORM | {"PATCH": Audience.ANYHOW, "DELETE": Audience.ANYHOW},
    "password_reset_complete": _PAGE,
    "account": {"GET": Audience.SIGNED_IN, "POST": Audience.SIGNED_IN},
    "login_second": {"GET": Audience.ANYHOW, "POST": Audience.ANYHOW},  # leads to the first step who skipped it
    "second_factor_required": {"GET": Audience.ANYHOW},  # a page of help, with a status of 403
    "authenticator": {"GET": Audience.SIGNED_IN, "POST": Audience.SIGNED_IN},
    "authenticator_remove": {
        "POST": Audience.ANYHOW
    },  # 404 for whom there is none; tests/catalog/accounts has the rest
    "recovery_codes": {"POST": Audience.ANYHOW},
    "passkey_new": {"GET": Audience.SIGNED_IN},
    "passkey_register_begin": {"POST": Audience.SIGNED_IN},
    "passkey_register_complete": {"POST": Audience.SIGNED_IN},
    "passkey_added": {"GET": Audience.ANYHOW},
    "passkey_use_begin": {"POST": Audience.EVERYBODY},
    "passkey_use_complete": {"POST": Audience.EVERYBODY},
    "passkey_remove": {"POST": Audience.ANYHOW},
    "sessions_end": {"POST": Audience.SIGNED_IN},
    "session_end": {"POST": Audience.ANYHOW},
    "account_export": {"POST": Audience.SIGNED_IN},
    "account_delete": {"GET": Audience.SIGNED_IN, "POST": Audience.SIGNED_IN},
    "catalog:invitation": {"GET": Audience.EVERYBODY, "POST": Audience.EVERYBODY},
    "catalog:switch-merchant": {"POST": Audience.MEMBERS},
    # Shop
    "catalog:home": _PAGE,
    "catalog:in-colour": _PAGE,
    "catalog:find-by-photo": {"GET": Audience.EVERYBODY, "POST": Audience.EVERYBODY},
    "catalog:photo-search": _PAGE,  # its address is the secret
    "editing:wish": {"POST": Audience.EVERYBODY},
    "editing:colour-preview-ask": {"POST": Audience.EVERYBODY},
    "editing:colour-preview": {"GET": Audience.EVERYBODY},
    "catalog:merchant": _PAGE,
    "catalog:favourites": _PAGE,
    "catalog:for-merchants": _PAGE,
    "catalog:sign-up": {"GET": Audience.EVERYBODY, "POST": Audience.EVERYBODY},
    "catalog:product": _PAGE,
    "catalog:picture": _PAGE,
    "catalog:photo-picture": _PAGE,
    "editing:feed": _PAGE,  # its address is the secret
    "catalog:variant": _PAGE,
    # The merchant's catalogue
    "catalog:products": _READ,
    "catalog:products-bulk": _EDIT,
    "catalog:import-new": _EDIT_FORM,
    "catalog:import": {"GET": Audience.EDITORS},
    "catalog:import-begin": _EDIT,
    "catalog:import-drop": _EDIT,
    "catalog:shop-settings": {"GET": Audience.OWNERS, "POST": Audience.OWNERS},
    "catalog:product-new": _EDIT_FORM,
    "catalog:product-edit": _READ_AND_EDIT,
    "catalog:product-status": _EDIT,
    "catalog:product-delete": _EDIT_FORM,
    "catalog:photos": _READ_AND_EDIT,
    "catalog:photo-original": _READ,
    "catalog:photo-primary": _EDIT,
    "catalog:photo-shift": _EDIT,
    "catalog:photo-describe": _EDIT,
    "catalog:photo-delete": _EDIT,
    "catalog:members": _READ,
    "catalog:member-invite": _OWN,
    "catalog:member-role": _OWN,
    "catalog:member-remove": _OWN,
    "catalog:invitation-revoke": _OWN,
    "catalog:log": {"GET": Audience.OWNERS},
    "catalog:log-export": {"GET": Audience.OWNERS},
    "catalog:shop-export": _OWN,
    "catalog:shop-close": {"GET": Audience.OWNERS, "POST": Audience.OWNERS},
    "catalog:tokens": {"GET": Audience.OWNERS},
    "catalog:token-new": _OWN,
    "catalog:token-revoke": _OWN,
    # API
    "api:products": {"GET": Audience.READING, "POST": Audience.WRITING},
    "api:product": {"GET": Audience.READING, "PATCH": Audience.WRITING, "DELETE": Audience.WRITING},
    "api:product-photos": {"GET": Audience.READING, "POST": Audience.WRITING},
    "api:product-similar": {"GET": Audience.READING},
    "api:product-in-colour": {"GET": Audience.READING},
    "api:photo": {"GET": Audience.READING, "PATCH": Audience.WRITING, "DELETE": Audience.WRITING},
    "api:schema": _PAGE,
    "api:docs": _PAGE,
    "api-edits:requests": {"GET": Audience.READING, "POST": Audience.WRITING},
    "api-edits:estimate": {"GET": Audience.READING},
    "api-edits:request": {"GET": Audience.READING},
    "api-edits:request-progress": {"GET": Audience.READING},
    "api-edits:request-events": {"GET": Audience.READING},
    "api-edits:request-jobs": {"GET": Audience.READING},
    "api-edits:request-cancel": {"POST": Audience.WRITING},
    "api-edits:request-retry": {"POST": Audience.WRITING},
    "api-edits:photo-masks": {"POST": Audience.WRITING},
    "api-edits:photo-outline": {"GET": Audience.READING, "PUT": Audience.WRITING},
    "api-edits:photo-outline-confirm": {"POST": Audience.WRITING},
    "api-edits:variants": {"GET": Audience.READING},
    "api-edits:variant-animation": {"GET": Audience.READING},
    "api-edits:variant": {"GET": Audience.READING},
    "api-edits:variant-decisions": {"GET": Audience.READING},
    "api-edits:variant-withdraw": {"POST": Audience.WRITING},
    "api-edits:product-swatches": {"GET": Audience.READING},
    "api-edits:colourways": {"GET": Audience.READING},
    "api-edits:colourway": {"GET": Audience.READING, "PATCH": Audience.WRITING},
    "api-edits:colourway-views": {"POST": Audience.WRITING},
    "api-edits:colourway-withdraw": {"POST": Audience.WRITING},
    "api-edits:stores": {"GET": Audience.READING},
    "api-edits:store-items": {"GET": Audience.READING},
    "api-edits:store-publish": {"POST": Audience.WRITING},
    "api-edits:store-undo": {"POST": Audience.WRITING},
    "api-edits:origin": {"POST": Audience.READING},
    "api-edits:export-zip": {"GET": Audience.READING},
    "api-edits:export-csv": {"GET": Audience.READING},
    "api-edits:export-google": {"GET": Audience.READING},
    "api-edits:export-shopify": {"GET": Audience.READING},
    "api-edits:recipes": {"GET": Audience.READING},
    "api-edits:recipe": {"GET": Audience.READING},
    "api-edits:recipe-use": {"POST": Audience.WRITING},
    "api-edits:own-parts": {"GET": Audience.READING, "POST": Audience.WRITING},
    "api-edits:own-part": {"GET": Audience.READING, "DELETE": Audience.WRITING},
    "api-edits:palettes": {"GET": Audience.READING, "POST": Audience.WRITING},
    "api-edits:palette": {"GET": Audience.READING, "PUT": Audience.WRITING, "DELETE": Audience.WRITING},
    "api-edits:webhooks": {"GET": Audience.READING, "POST": Audience.WRITING},
    "api-edits:webhook": {"GET": Audience.READING, "PATCH": Audience.WRITING, "DELETE": Audience.WRITING},
    "api-edits:webhook-deliveries": {"GET": Audience.READING},
    "api-edits:delivery-send-again": {"POST": Audience.WRITING},
    # Colourways and reviews
    "editing:requests": _READ,
    "editing:colourways": _EDIT_FORM,
    "editing:photo-picks": {"GET": Audience.EDITORS},
    "editing:photo-enlarge": _EDIT,
    "editing:photo-change": _EDIT_FORM,
    "editing:photo-part": _EDIT_FORM,
    "editing:photo-walk": _EDIT_FORM,
    "editing:photo-mask": _EDIT,
    "editing:outline": {"GET": Audience.EDITORS, "PUT": Audience.EDITORS},
    "editing:outline-state": {"GET": Audience.EDITORS},
    "editing:outline-picture": {"GET": Audience.EDITORS},
    "editing:outline-confirm": _EDIT,
    "editing:outlines": _READ,
    "editing:estimate": _READ,
    "editing:request": _READ,
    "editing:request-events": _READ,
    "editing:request-cancel": _EDIT,
    "editing:request-retry": _EDIT,
    "editing:notices": _READ,
    "editing:notices-choose": {"POST": Audience.MEMBERS},
    "editing:palettes": _EDIT_FORM,
    "editing:palette": _EDIT_FORM,
    "editing:palette-delete": _EDIT,
    "editing:review-policy": {"GET": Audience.OWNERS, "POST": Audience.OWNERS},
    "editing:webhooks": {"GET": Audience.OWNERS},
    "editing:webhook-new": _OWN,
    "editing:webhook": {"GET": Audience.OWNERS},
    "editing:webhook-change": _OWN,
    "editing:webhook-secret": _OWN,
    "editing:webhook-ping": _OWN,
    "editing:webhook-delete": _OWN,
    "editing:delivery": {"GET": Audience.OWNERS},
    "editing:delivery-send-again": _OWN,
    "editing:variant": _READ,
    "editing:variant-again": _EDIT,
    "editing:recipes": _READ,
    "editing:recipe": _READ_AND_EDIT,
    "editing:recipe-keep": _EDIT,
    "editing:skus": _EDIT_FORM,
    "editing:sold": _READ_AND_EDIT,
    "editing:made-here": {"GET": Audience.EVERYBODY, "POST": Audience.EVERYBODY},
    "editing:exports": _READ,
    "editing:stores": {"GET": Audience.OWNERS},
    "editing:store-connect": _OWN,
    "editing:store": {"GET": Audience.OWNERS},
    "editing:store-publish": _OWN,
    "editing:store-undo": _OWN,
    "editing:store-disconnect": _OWN,
    "editing:pictures-zip": _READ,
    "editing:pictures-csv": _READ,
    "editing:feeds-renew": _OWN,
    "editing:sold-describe": _EDIT,
    "editing:sold-complete": _EDIT,
    "editing:sold-withdraw": _EDIT,
    "editing:variant-animation": _READ,
    "editing:variant-png": _READ,
    "editing:variant-withdraw": _EDIT,
    "editing:review": _REVIEW,
    "editing:review-next": _REVIEW,
    "editing:review-reject-many": _DECIDE,
    "editing:review-approve-many": _DECIDE,
    "editing:review-variant": _REVIEW,
    "editing:review-decide": _DECIDE,
    "editing:dead-letters": _REVIEW,
    "editing:replay": _DECIDE,
    # Studio
    "editing:studio-index": _READ,
    "editing:studio-new": _EDIT,
    "editing:studio": {"GET": Audience.EDITORS},
    "editing:studio-prepare": _EDIT,
    "editing:studio-photo": _READ,
    "editing:studio-idea": {"GET": Audience.MAKER},
    "editing:studio-save-idea": {"POST": Audience.MAKER},
    "editing:studio-document": {"PUT": Audience.MAKER},
    "editing:studio-events": {"GET": Audience.MAKER},
    "editing:studio-apply": {"POST": Audience.MAKER},
    "editing:studio-copy": {"POST": Audience.MAKER},
    "editing:studio-applied": _READ,
    "editing:attributes": _READ,
    "editing:attribute-new": _EDIT_FORM,
    "editing:attributes-use": _EDIT_FORM,
    "editing:attribute-directions": _READ_AND_EDIT,
    "editing:attribute": _READ,
    "editing:attribute-retry": _EDIT,
    "editing:attribute-delete": _EDIT,
    "editing:own-parts": _READ,
    "editing:own-part-new": _EDIT_FORM,
    "editing:own-part": _READ,
    "editing:own-part-retry": _EDIT,
    "editing:own-part-delete": _EDIT,
}

# Routes whose payload names objects in the store, with the payloads: `PHOTO` stands for one's own photo, `KEY` for a key.
PHOTO, KEY = "<photo>", "<key>"
_PAINTED = {"type": "swatch", "colour": "#b7410e", "region": "painted", "mask_key": KEY}
_RUST = {"name": "Rust", "colour": "#b7410e"}
KEYED: dict[str, list[dict[str, object]]] = {
    "api-edits:requests": [
        {"photos": [PHOTO], "constraints": [_PAINTED]},
        {
            "photos": [PHOTO],
            "swatches": [_RUST],
            "regions": ["painted"],
            "masks": [{"photo": PHOTO, "key": KEY}],
        },
    ],
    "editing:colourways": [{"photos": PHOTO, "swatch": "Rust|#b7410e", "regions": "painted", f"mask-{PHOTO}": KEY}],
}

# The operators' desk has its own rules, model by model: staff see its frame, superusers everything in it.
ADMIN_DOORS = frozenset({"admin:login", "admin:logout"})
ADMIN_FRAME = frozenset(
    {
        "admin:index",
        "admin:password_change",
        "admin:password_change_done",
        "admin:jsi18n",
        "admin:autocomplete",
        "admin:view_on_site",
        "admin:app_list",
        "admin:catch-all",
    }
)
