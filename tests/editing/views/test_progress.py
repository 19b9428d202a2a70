"""A request's page while its workers are busy."""

import io
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from django.urls import reverse
from PIL import Image

from catalog import storage
from catalog.models import Membership
from editing.models import ColourWish, EditJob, EditRequest, Variant
from editing.services import review
from tests.editing.factories import asked_by, photo_of, rendered, variant_of

pytestmark = pytest.mark.django_db


def _part(client: Client, request: EditRequest, **headers: str) -> Any:
    return client.get(request.get_absolute_url(), headers={"HX-Request": "true", **headers})


def test_each_variant_says_what_is_done_about_it(as_owner: Client, owner: Membership):
    request = asked_by(owner, photo_of(owner), photo_of(owner))
    first, _ = request.jobs.order_by("pk")
    EditJob.objects.filter(pk=first.pk).update(status="running", stage="solve", step=24, steps=60)
    EditRequest.objects.filter(pk=request.pk).update(status="running")
    page = _part(as_owner, request).content.decode()
    assert page.count("finding the colour 40 %") == 2
    assert page.count("queued") == 2
    EditJob.objects.filter(pk=first.pk).update(stage="transfer", steps=0)
    variant_of(EditJob.objects.select_related("photo__product", "request").get(pk=first.pk), 0)
    page = _part(as_owner, request).content.decode()
    assert (page.count("colouring the full-size photo"), page.count("in review")) == (1, 1)
    assert "1 of 4 variants" in page


def test_nothing_is_sent_while_nothing_changes_and_polling_ends(as_owner: Client, asked: EditRequest):
    first = _part(as_owner, asked)
    assert 'hx-trigger="every 1s"' in first.content.decode()
    assert _part(as_owner, asked, **{"If-None-Match": first["ETag"]}).status_code == 304
    rendered(asked)
    last = _part(as_owner, asked, **{"If-None-Match": first["ETag"]})
    assert (last.status_code, "hx-trigger" in last.content.decode()) == (286, False)


def test_a_failure_is_explained_and_tried_again(as_owner: Client, asked: EditRequest):
    EditJob.objects.update(status="failed", error="No product was found in this photo.")
    EditRequest.objects.update(status="failed")
    for candidate in range(2):  # stored before it failed
        variant_of(asked.jobs.select_related("photo__product", "request").get(), candidate)
    assert "1 photo failed" in _part(as_owner, asked).content.decode()
    assert "No product was found in this photo." in _part(as_owner, asked).content.decode()
    as_owner.post(reverse("editing:request-retry", args=[asked.key]))
    asked.refresh_from_db()
    assert (asked.status, asked.jobs.get().status) == ("queued", "waiting")


def test_cancelling_keeps_what_is_there(as_owner: Client, asked: EditRequest, as_viewer: Client):
    variant_of(asked.jobs.select_related("photo__product", "request").get(), 0)
    cancel = reverse("editing:request-cancel", args=[asked.key])
    assert as_viewer.post(cancel).status_code == 404
    as_owner.post(cancel)
    asked.refresh_from_db()
    assert (asked.status, asked.jobs.get().status, asked.variants.count()) == ("cancelled", "cancelled", 1)
    assert as_owner.post(cancel).status_code == 302  # again: told, no error
    asked.refresh_from_db()
    assert asked.status == "cancelled"


def test_a_stranger_gets_404_everywhere_and_nothing_changes(as_stranger: Client, asked: EditRequest):
    variant = rendered(asked)[0]
    assert as_stranger.get(asked.get_absolute_url()).status_code == 404
    assert as_stranger.get(reverse("editing:variant", args=[variant.key])).status_code == 404
    for name in ("request-cancel", "request-retry"):
        assert as_stranger.post(reverse(f"editing:{name}", args=[asked.key])).status_code == 404
    assert as_stranger.post(reverse("editing:variant-withdraw", args=[variant.key])).status_code == 404
    asked.refresh_from_db()
    assert asked.status == "rendered"


def test_a_member_withdraws_what_is_in_the_shop(as_owner: Client, asked: EditRequest):
    variant = rendered(asked)[0]
    withdraw = reverse("editing:variant-withdraw", args=[variant.key])
    assert as_owner.post(withdraw).status_code == 302
    variant.refresh_from_db()
    assert variant.status == "pending"  # there was nothing to withdraw
    published = review.variant_approve(variant=review.locked(variant.key), by=None)
    assert published.get_absolute_url() in as_owner.get(asked.get_absolute_url()).content.decode()
    as_owner.post(withdraw)
    assert Client().get(published.get_absolute_url()).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_page_is_told_by_events_until_the_end(owner: Membership, asked: EditRequest):
    variants = rendered(asked)
    client = AsyncClient()
    client.force_login(owner.user)

    async def read() -> str:
        response = await client.get(reverse("editing:request-events", args=[asked.key]))
        assert response["Content-Type"] == "text/event-stream"
        return b"".join([part async for part in response]).decode()

    told = async_to_sync(read)()
    assert told.count("event: progress") == 1
    assert f'"stored": {len(variants)}' in told


def test_a_variant_is_downloaded_as_png_with_its_origin(as_owner: Client, as_stranger: Client, asked: EditRequest):
    variant = rendered(asked)[0]
    picture, packet = io.BytesIO(), b"<x:xmpmeta>compositeWithTrainedAlgorithmicMedia</x:xmpmeta>"
    Image.new("RGB", (64, 48), "#c1121f").save(picture, "WEBP", lossless=True, xmp=packet)
    key = storage.put("variants", picture.getvalue(), content_type="image/webp")
    Variant.objects.filter(pk=variant.pk).update(object_key=key)
    address = reverse("editing:variant-png", args=[variant.key])
    answer = as_owner.get(address)
    made = Image.open(io.BytesIO(answer.content))
    assert (made.format, made.size, made.convert("RGB").getpixel((5, 5))) == ("PNG", (64, 48), (193, 18, 31))
    assert packet in answer.content
    assert answer["Content-Disposition"].endswith('-signal-red.png"')
    assert as_stranger.get(address).status_code == 404


def test_a_shoppers_wish_leads_to_the_form_with_its_colour(as_owner: Client, owner: Membership):
    photo = photo_of(owner)
    ColourWish.objects.create(product=photo.product, words="dark teal", hex="#004d4d", count=3)
    page = as_owner.get(reverse("editing:requests")).content.decode()
    link = f"?q={photo.product.sku}&amp;photos={photo.pk}&amp;swatch=dark%20teal%7C%23004d4d"
    assert link in page
    form = as_owner.get(reverse("editing:colourways") + link.replace("&amp;", "&")).content.decode()
    assert 'name="swatch" value="dark teal|#004d4d" checked' in form
