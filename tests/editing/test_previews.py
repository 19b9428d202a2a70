"""“Show me this in red” where the merchant allows it: made once, marked as a preview, limited, counted as a wish."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Membership, Product
from catalog.services.rates import Rate
from editing.models import ColourPreview, ColourWish, PreviewStatus
from editing.shopper import previews
from editing.tasks import record_answer
from tests.catalog.factories import active_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(owner: Membership) -> Product:
    made = active_product(merchant=owner.merchant)
    made.photos.update(thumbnails={"160": "thumbs/a", "640": "thumbs/b"})
    type(owner.merchant).objects.filter(pk=owner.merchant.pk).update(shows_previews=True)
    return Product.objects.select_related("merchant").get(pk=made.pk)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[ColourPreview]:
    asked: list[ColourPreview] = []
    monkeypatch.setattr(previews, "_send", asked.append)
    return asked


def _ask(client: Client, product: Product, words: str = "navy") -> Any:
    return client.post(reverse("editing:colour-preview-ask"), {"product": product.slug, "words": words}, follow=True)


def _answer(preview: ColourPreview, **fields: Any) -> None:
    record_answer({"version": 1, "job": str(preview.key), "token": preview.attempts, "worker": "w", **fields})


def _made(preview: ColourPreview) -> dict[str, Any]:
    return {
        "candidate": 0, "colour_name": preview.words, "measured": {"l": 30, "a": 40, "b": 20}, "key": "variants/x",
        "sha256": "x", "content_type": "image/webp", "width": 640, "height": 480, "thumbnails": {}, "w_plus": "",
        "manifold_version": "m", "measures": {},
    }  # fmt: skip


def test_a_shopper_asks_waits_and_sees_a_picture_marked_as_a_preview(
    client: Client, product: Product, sent: list[ColourPreview], django_capture_on_commit_callbacks: Any
):
    offered = client.get(reverse("catalog:in-colour"), {"product": product.slug, "words": "navy"})
    assert "Show me a preview" in offered.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        page = _ask(client, product).content.decode()
    assert "Making" in page and 'hx-trigger="every 1s"' in page
    (preview,) = sent
    job = previews.job_of(preview)
    assert (job.photo_key, [swatch.colour for swatch in job.swatches]) == ("thumbs/b", [preview.hex])
    _answer(preview, type="heartbeat", stage="solve")
    assert ColourPreview.objects.get().status == PreviewStatus.MAKING
    _answer(preview, type="finished", variants=[_made(preview)], seconds=2.0)
    address = reverse("editing:colour-preview", args=[preview.key])
    shown = client.get(address).content.decode()
    assert "variants/x" in shown and '<span class="ribbon">Preview</span>' in shown
    assert "not for sale in navy" in shown
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 286
    assert list(ColourWish.objects.values_list("words", "count")) == [("navy", 1)]


def test_a_second_shopper_gets_the_picture_that_is_there(
    client: Client, product: Product, sent: list[ColourPreview], django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        _ask(client, product)
        _ask(client, product)
    assert len(sent) == 1


def test_what_nobody_made_in_time_is_asked_for_again_a_few_times(
    client: Client, product: Product, sent: list[ColourPreview], django_capture_on_commit_callbacks: Any
):
    for _ in range(5):
        with django_capture_on_commit_callbacks(execute=True):
            _ask(client, product)
        ColourPreview.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
    assert [preview.attempts for preview in sent] == [1, 2, 3]
    late = client.get(reverse("editing:colour-preview", args=[sent[0].key])).content.decode()
    assert "All our workers are busy" in late and "hx-trigger" not in late


def test_what_cannot_be_made_is_said(client: Client, product: Product, sent: list[ColourPreview]):
    preview = ColourPreview.objects.create(product=product, photo=product.photos.get(), words="red", hex="#aa0000")
    _answer(preview, type="failed", code="x", message="No.", worth_retrying=False)
    assert "could not be made" in client.get(reverse("editing:colour-preview", args=[preview.key])).content.decode()


def test_only_where_the_merchant_allows_it_and_not_too_often(
    client: Client, product: Product, sent: list[ColourPreview], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(previews, "PER_SHOPPER", Rate(name="colour previews", count=1, seconds=3600))
    assert _ask(client, product, "green").status_code == 200
    assert _ask(client, product, "navy").status_code == 429
    preview = ColourPreview.objects.get()
    type(product.merchant).objects.update(shows_previews=False)
    assert _ask(client, product, "navy").status_code == 422
    assert client.get(reverse("editing:colour-preview", args=[preview.key])).status_code == 404
    assert client.get(reverse("editing:colour-preview", args=[uuid.uuid4()])).status_code == 404
    answer = client.get(reverse("catalog:in-colour"), {"product": product.slug, "words": "navy"})
    assert "Ask for it" in answer.content.decode() and "Show me a preview" not in answer.content.decode()


def test_pictures_of_a_week_ago_are_forgotten(product: Product):
    ColourPreview.objects.create(product=product, photo=product.photos.get(), words="red", hex="#aa0000")
    assert previews.delete_old() == 0
    ColourPreview.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert previews.delete_old() == 1
