"""The form for changing a part."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Membership, Product
from editing.models import EditRequest
from tests.editing.factories import photo_of

pytestmark = pytest.mark.django_db


def test_a_part_is_changed_by_choosing_what_becomes_of_it(as_owner: Client, owner: Membership):
    photo = photo_of(owner)
    address = reverse("editing:photo-change", args=[photo.pk])
    assert address in as_owner.get(reverse("catalog:product-edit", args=[photo.product_id])).content.decode()
    assert "Make the sole thicker" in as_owner.get(address).content.decode()
    Product.objects.update(kind="shirt")
    assert "Take the print away" in as_owner.get(address).content.decode()
    for wrong in ({}, {"change": "sole-more"}, {"change": "body-more", "strength": "9"}):
        answer = as_owner.post(address, wrong)
        assert answer.status_code == 422
        assert "Choose what should become of the part." in answer.content.decode()
    answer = as_owner.post(address, {"change": "body-less", "strength": "1.5"})
    made = EditRequest.objects.get()
    assert (answer["Location"], made.title) == (
        made.get_absolute_url(),
        f"Make the body shorter: {photo.product.title}",
    )
    expected = {"type": "units", "part": "body", "action": "less", "strength": 1.5, "strokes": []}
    assert made.jobs.get().asked["constraints"] == [expected]
