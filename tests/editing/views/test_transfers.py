"""The form for a part of another product."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Membership, Product
from editing.models import EditRequest
from tests.editing.factories import photo_of

pytestmark = pytest.mark.django_db


def test_a_part_is_asked_for_by_choosing_where_it_comes_from(as_owner: Client, owner: Membership, stranger: Membership):
    photo, example, theirs = photo_of(owner), photo_of(owner), photo_of(stranger)
    address = reverse("editing:photo-part", args=[photo.pk])
    edit_page = reverse("catalog:product-edit", args=[photo.product_id])
    Product.objects.update(kind="shoe")
    assert '<option value="sole">' in as_owner.get(address).content.decode()
    Product.objects.update(kind="shirt")
    assert address in as_owner.get(edit_page).content.decode()
    page = as_owner.get(address).content.decode()
    assert example.product.title in page
    assert f'value="{theirs.pk}"' not in page
    good = {"example": example.pk, "part": "print", "colours": "own"}
    for wrong in ({}, {"example": theirs.pk}, {"example": photo.pk}, {"example": "\u00b2"}, {"part": "collar"}):
        answer = as_owner.post(address, (good | wrong) if wrong else {})
        assert answer.status_code == 422
        assert "Choose a part and the product that it comes from." in answer.content.decode()
    answer = as_owner.post(address, good)
    made = EditRequest.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    expected = {"type": "part", "example_key": example.object_key, "part": "print", "colours": "own"}
    assert made.jobs.get().asked["constraints"] == [expected]
