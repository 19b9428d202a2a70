"""Two merchants with one of everything, and the people of the matrix."""

import datetime
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from catalog import storage
from catalog.models import Invitation, Membership, PhotoSearch, ProductImport, Role, User
from catalog.services.tokens import token_create
from editing.models import (
    Attribute,
    ColourPreview,
    EditJob,
    EditRequest,
    OwnManifold,
    OwnPart,
    Palette,
    PhotoOutline,
    Recipe,
    Store,
    StudioSession,
    Variant,
    Webhook,
    WebhookDelivery,
)
from editing.publishing.feeds.addresses import secret_of
from tests.catalog.factories import (
    ColourwayFactory,
    MembershipFactory,
    MerchantFactory,
    PhotoFactory,
    UserFactory,
    VariantFactory,
    active_product,
)
from tests.catalog.pictures import photo_bytes
from tests.permissions import table
from tests.permissions.table import Person

WEBHOOK_ROUTES = [
    *(f"editing:webhook{part}.key" for part in ("", "-change", "-secret", "-ping", "-delete")),
    *(f"api-edits:webhook{part}.key" for part in ("", "-deliveries")),
]
COLOURWAY_ROUTES = [
    *(f"editing:sold-{part}.key" for part in ("complete", "withdraw")),
    *(f"api-edits:colourway{part}.key" for part in ("", "-views", "-withdraw")),
]
IMPORT_ROUTES = [f"catalog:import{part}.key" for part in ("", "-begin", "-drop")]
STORE_ROUTES = [
    *(f"editing:store{part}.key" for part in ("", "-publish", "-undo", "-disconnect")),
    *(f"api-edits:store-{part}.key" for part in ("items", "publish", "undo")),
]
RECIPE_ROUTES = [
    *(f"editing:recipe{part}.key" for part in ("", "-keep")),
    *(f"api-edits:recipe{part}.key" for part in ("", "-use")),
]
DELIVERY_ROUTES = [f"{part}.key" for part in ("editing:delivery", "editing:delivery-send-again")]
DELIVERY_ROUTES.append("api-edits:delivery-send-again.key")

_WRITES = ["catalog:read", "catalog:write", "edits:read", "edits:write", "webhooks:read", "webhooks:write"]


@dataclass(frozen=True, kw_only=True)
class World:
    clients: dict[Person, Client]
    objects: dict[str, Any]  # arguments of routes, by "route.argument" or "argument"
    forms: dict[str, dict[str, Any]]  # what a POST needs where an empty one would be answered with a 404
    own_mask: str
    strange_keys: list[str]  # of what another merchant has in the store
    cookies: dict[Person, str] = field(default_factory=dict)  # who was signed in when it was built

    @contextmanager
    def as_built(self) -> Iterator["World"]:
        """Nothing that is done meanwhile lasts, whoever signs out or deletes what there is."""
        connection.queries_log.clear()  # holds a few thousand, and nothing else empties it between tests in one transaction
        with transaction.atomic():
            yield self
            transaction.set_rollback(True)
        for person, client in self.clients.items():
            client.cookies.clear()
            client.cookies.load(self.cookies[person])

    def arguments(self, route: str, names: list[str]) -> dict[str, Any]:
        return {name: self.objects.get(f"{route}.{name}", self.objects.get(name)) for name in names}


def build() -> World:
    owner = MembershipFactory(role=Role.OWNER)
    stranger = MembershipFactory(merchant=MerchantFactory(), role=Role.OWNER)
    people: dict[Person, User | None] = {
        table.ANONYMOUS: None,
        table.SHOPPER: UserFactory(),
        table.OWNER: owner.user,
        table.EDITOR: MembershipFactory(merchant=owner.merchant, role=Role.EDITOR).user,
        table.VIEWER: MembershipFactory(merchant=owner.merchant, role=Role.VIEWER).user,
        table.STRANGER: stranger.user,
        table.REVIEWER: UserFactory(is_staff=True),
        table.SUPERUSER: UserFactory(is_staff=True, is_superuser=True),
    }
    clients = {person: _client(user) for person, user in people.items()} | _token_clients(owner, stranger)
    objects = _objects(owner)
    forms = {
        "catalog:switch-merchant": {"merchant": owner.merchant.slug},
        "editing:studio-new": {"kind": "shoe"},
        "editing:store-undo": {"product": objects["product_id"]},
        "editing:studio-copy": {"photo": objects["photo_id"]},
        "editing:colour-preview-ask": {"product": objects["slug"], "words": "red"},
        "editing:wish": {"product": objects["slug"], "words": "red"},
    }
    return World(
        clients=clients,
        cookies={person: client.cookies.output(header="", sep=";") for person, client in clients.items()},
        objects=objects,
        forms=forms,
        own_mask=_mask(owner.merchant_id),
        strange_keys=[
            _mask(stranger.merchant_id),
            storage.put("photos", b"a stranger's original", content_type="image/jpeg"),
            storage.put("variants", b"a stranger's variant", content_type="image/webp"),
        ],
    )


def _grey() -> bytes:
    out = io.BytesIO()
    Image.new("L", (4, 4)).save(out, "PNG")
    return out.getvalue()


def _mask(merchant_id: int) -> str:
    return storage.put(f"masks/{merchant_id}", b"a mask", content_type="image/png")


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def _token_clients(owner: Membership, stranger: Membership) -> dict[Person, Client]:
    scopes = {
        table.WRITING_TOKEN: (owner, _WRITES),
        table.READING_TOKEN: (owner, ["catalog:read", "edits:read", "webhooks:read"]),
        table.STRANGE_TOKEN: (stranger, _WRITES),
    }
    clients = {}
    for person, (membership, allowed) in scopes.items():
        _, secret = token_create(merchant=membership.merchant, name=person, scopes=allowed, by=None)
        clients[person] = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})
    return clients


def _objects(owner: Membership) -> dict[str, Any]:
    merchant = owner.merchant
    type(merchant).objects.filter(pk=merchant.pk).update(shows_previews=True)
    product = active_product(merchant=merchant)
    key = storage.put("thumbs", b"a thumbnail", content_type="image/webp")
    photo = PhotoFactory(product=product, position=1, thumbnails=dict.fromkeys(("160", "320", "640", "1280"), key))
    PhotoOutline.objects.create(
        photo=photo, confidence=0.5, object_key=storage.put("alphas", _grey(), content_type="image/png")
    )
    published = VariantFactory(photo=photo, product=product)
    secret = "a secret of an invitation"
    invitation = Invitation.objects.create(
        merchant=merchant,
        email="invited@example.com",
        role=Role.VIEWER,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        expires_at=timezone.now() + datetime.timedelta(days=1),
    )
    token, _ = token_create(merchant=merchant, name="another", scopes=["catalog:read"], by=None)
    request = EditRequest.objects.create(merchant=merchant, title="Autumn", variants_asked=1)
    job = EditJob.objects.create(merchant=merchant, request=request, photo=photo, task="render")
    OwnManifold.objects.create(merchant=merchant, kind="shirt", version="v2", file_keys={"card.json": "bundles/x"})
    variant = _variant(request, job, photo)
    document = {"kind": "shoe", "swatches": [{"name": "Navy", "colour": "#1d3557"}]}
    store = Store.objects.create(
        merchant=merchant, kind="shopify", name="Store", url="https://shop.example/", sealed_token="x"
    )
    recipe = Recipe.objects.create(merchant=merchant, title="Navy", document=document, digest="0" * 64)
    session = StudioSession.objects.create(merchant=merchant, kind="shoe", photo=photo, created_by=owner.user)
    idea = StudioSession.objects.create(merchant=merchant, kind="shoe", created_by=owner.user)
    attribute = Attribute.objects.create(merchant=merchant, kind="shoe", name="sporty", manifold_version="v1")
    webhook = Webhook.objects.create(merchant=merchant, url="https://shop.example/", events=["variant.approved"])
    delivery = WebhookDelivery.objects.create(webhook=webhook, event="ping", payload={})
    return {
        "uidb64": "MQ",
        "token": "set-password",
        "secret": secret,
        "slug": product.slug,
        "catalog:merchant.slug": merchant.slug,
        "catalog:photo-search.key": PhotoSearch.objects.create(kind="shoe", object_key="searches/abc").key,
        "editing:colour-preview.key": ColourPreview.objects.create(
            product=product, photo=photo, words="red", hex="#aa0000"
        ).key,
        "variant_slug": published.slug,
        "picture_id": published.pk,
        "editing:feed.slug": merchant.slug,
        "editing:feed.secret": secret_of(merchant),
        "name": "google.xml",
        "product_id": product.pk,
        "photo_id": photo.pk,
        "membership_id": MembershipFactory(merchant=merchant, role=Role.VIEWER).pk,
        "invitation_id": invitation.pk,
        "token_id": token.pk,
        "handle": "0" * 32,
        "passkey_id": 1,
        "key": request.key,
        "editing:variant.key": variant.key,
        "editing:variant-withdraw.key": variant.key,
        "editing:variant-again.key": variant.key,
        **dict.fromkeys(
            IMPORT_ROUTES, ProductImport.objects.create(merchant=merchant, file_name="a.zip", kind="shoe").key
        ),
        **dict.fromkeys(COLOURWAY_ROUTES, variant.colourway.key),
        **dict.fromkeys(RECIPE_ROUTES, recipe.key),
        **dict.fromkeys(STORE_ROUTES, store.key),
        "editing:variant-animation.key": variant.key,
        "editing:variant-png.key": variant.key,
        "editing:review-variant.key": variant.key,
        "editing:review-decide.key": variant.key,
        "editing:replay.key": job.key,
        **dict.fromkeys(WEBHOOK_ROUTES, webhook.key),
        **dict.fromkeys(DELIVERY_ROUTES, delivery.key),
        "api-edits:variant.key": variant.key,
        "api-edits:variant-animation.key": variant.key,
        "api-edits:variant-decisions.key": variant.key,
        "api-edits:variant-withdraw.key": variant.key,
        "palette_id": Palette.objects.create(merchant=merchant, name="Autumn").pk,
        "session_id": session.pk,
        "editing:studio-idea.session_id": idea.pk,
        "editing:studio-save-idea.session_id": idea.pk,
        "attribute_id": attribute.pk,
        "part_id": OwnPart.objects.create(merchant=merchant, kind="shoe", name="stripes", manifold_version="v1").pk,
    }


def _variant(request: EditRequest, job: EditJob, photo: Any) -> Variant:
    picture = storage.put("variants", photo_bytes(), content_type="image/png")
    return Variant.objects.create(
        request=request,
        colourway=ColourwayFactory(product=photo.product),
        job=job,
        photo=photo,
        candidate=0,
        colour_name="Navy",
        measured_hex="#1d3557",
        measured_l=22.0,
        measured_a=1.0,
        measured_b=-22.0,
        object_key=picture,
        sequence_key=picture,
        sha256="0" * 64,
        content_type="image/webp",
        width=900,
        height=900,
        thumbnails={"320": "thumbs/abc"},
        manifold_version="v1",
    )
