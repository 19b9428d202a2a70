"""The edit service's tables. Writes go through `editing.services`, reads through `editing.selectors`."""

from editing.models.event import Event
from editing.models.job import EditJob, Priority, Task
from editing.models.manifold import OwnManifold
from editing.models.merchant import ColourWish, Palette, ReviewPolicy
from editing.models.notice import Notice, NoticeChoice, NoticeKind
from editing.models.outline import PhotoOutline
from editing.models.own_part import OwnPart, OwnPartPhoto, OwnPartState
from editing.models.preview import ColourPreview, PreviewStatus
from editing.models.projection import Projection
from editing.models.recipe import Recipe
from editing.models.request import EditRequest, Source, Specification
from editing.models.store import ItemStatus, Store, StoreItem, StoreKind
from editing.models.studio import (
    Attribute,
    AttributeExample,
    AttributeState,
    Method,
    PrincipalDirection,
    StudioSession,
)
from editing.models.sweep_clock import SweepClock
from editing.models.variant import Variant
from editing.models.webhook import DeliveryStatus, Webhook, WebhookDelivery, WebhookEvent

__all__ = [
    "Attribute",
    "AttributeExample",
    "AttributeState",
    "ColourPreview",
    "ColourWish",
    "DeliveryStatus",
    "EditJob",
    "EditRequest",
    "Event",
    "ItemStatus",
    "Method",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "OwnManifold",
    "OwnPart",
    "OwnPartPhoto",
    "OwnPartState",
    "Palette",
    "PhotoOutline",
    "PreviewStatus",
    "PrincipalDirection",
    "Priority",
    "Projection",
    "Recipe",
    "ReviewPolicy",
    "Source",
    "Specification",
    "Store",
    "StoreItem",
    "StoreKind",
    "StudioSession",
    "SweepClock",
    "Task",
    "Variant",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
]
