"""The form for the way from one product to another."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Membership
from editing.models import EditRequest
from tests.editing.factories import photo_of

pytestmark = pytest.mark.django_db


def test_a_way_is_asked_for_by_choosing_where_it_ends(as_owner: Client, owner: Membership, stranger: Membership):
    photo, end, theirs = photo_of(owner), photo_of(owner), photo_of(stranger)
    address = reverse("editing:photo-walk", args=[photo.pk])
    assert address in as_owner.get(reverse("catalog:product-edit", args=[photo.product_id])).content.decode()
    page = as_owner.get(address).content.decode()
    assert end.product.title in page
    assert f'value="{theirs.pk}"' not in page
    for wrong in ({}, {"end": theirs.pk}, {"end": photo.pk}, {"end": "\u00b2"}):
        answer = as_owner.post(address, wrong)
        assert answer.status_code == 422
        assert "Choose the product where the way ends." in answer.content.decode()
    answer = as_owner.post(address, {"end": end.pk, "stills": 5})
    made = EditRequest.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert made.variants_asked == 5
    assert made.jobs.get().asked["constraints"] == [{"type": "walk", "example_key": end.object_key, "stills": 5}]
