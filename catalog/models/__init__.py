"""The catalogue's tables. Writes go through `catalog.services`, reads through `catalog.selectors`."""

from catalog.models.account import AuditEntry, RecoveryCodes, Session
from catalog.models.api import ApiToken, IdempotencyRecord, Scope
from catalog.models.colourway import Colourway, ColourwayKind
from catalog.models.imports import ImportStatus, ProductImport
from catalog.models.merchant import Invitation, Membership, Merchant, Role
from catalog.models.photo import Alteration, Photo, View
from catalog.models.product import Product, ProductKind, ProductStatus
from catalog.models.search import COLOUR_DIMENSIONS, SHAPE_DIMENSIONS, SearchEntry
from catalog.models.shopping import PhotoSearch, RateCount, SearchStatus
from catalog.models.user import User
from catalog.models.variant import PublishedVariant

__all__ = [
    "COLOUR_DIMENSIONS",
    "SHAPE_DIMENSIONS",
    "Alteration",
    "ApiToken",
    "AuditEntry",
    "Colourway",
    "ColourwayKind",
    "IdempotencyRecord",
    "ImportStatus",
    "Invitation",
    "Membership",
    "Merchant",
    "Photo",
    "PhotoSearch",
    "Product",
    "ProductImport",
    "ProductKind",
    "ProductStatus",
    "PublishedVariant",
    "RateCount",
    "RecoveryCodes",
    "Role",
    "Scope",
    "SearchEntry",
    "SearchStatus",
    "Session",
    "User",
    "View",
]
