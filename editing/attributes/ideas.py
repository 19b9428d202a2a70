"""Ideas drawn on an empty canvas, saved as draft products."""

import io
import secrets
from base64 import b64decode

from django.db import transaction
from PIL import Image

from catalog.errors import InvalidInput
from catalog.models import Product, User
from catalog.services.photos import photo_add
from catalog.services.products import product_create
from catalog.tenancy.access import Actor
from editing.models import StudioSession
from editing.studio.previews import PreviewsAway, last_news

PHOTO_SIDE = 768  # pixels of the draft's photo, enlarged from the manifold's resolution


def idea_save(*, session: StudioSession, actor: Actor, by: User, title: str) -> Product:
    """A draft product with the picture that the person sees. Raises InvalidInput while it is still being made."""
    picture = _shown_picture(session)
    with transaction.atomic():
        product = product_create(
            merchant=actor.merchant,
            fields={
                "kind": session.kind,
                "title": title,
                "sku": f"IDEA-{secrets.token_hex(4).upper()}",
                "tags": ["idea"],
                "synthetic": True,
            },
        )
        photo_add(product=product, name="idea.png", data=picture, by=by)
    return product


def _shown_picture(session: StudioSession) -> bytes:
    try:
        news = last_news(session)
    except PreviewsAway as error:
        raise InvalidInput("Previews are away for the moment. Try again in a minute.") from error
    if news is None or not news.image:
        raise InvalidInput("The picture is still being made. Save it when the preview is ready.")
    small = Image.open(io.BytesIO(b64decode(news.image.partition(",")[2])), formats=["PNG", "WEBP"]).convert("RGB")
    large = small.resize((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    large.save(out, "PNG")
    return out.getvalue()
