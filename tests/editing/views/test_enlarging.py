"""A small photo is offered to be enlarged, and nothing happens unasked."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Membership
from editing.models import EditRequest
from tests.editing.factories import photo_of

pytestmark = pytest.mark.django_db


def test_a_small_photo_is_offered_to_be_enlarged_and_a_large_one_is_not(as_owner: Client, owner: Membership):
    photo = photo_of(owner)
    address, page = (
        reverse("editing:photo-enlarge", args=[photo.pk]),
        reverse("catalog:product-edit", args=[photo.product_id]),
    )
    type(photo).objects.filter(pk=photo.pk).update(width=300, height=240)
    assert "300 px wide: enlarge it?" in as_owner.get(page).content.decode()
    type(photo).objects.filter(pk=photo.pk).update(width=1200)
    assert "enlarge it?" not in as_owner.get(page).content.decode()
    assert not EditRequest.objects.exists()
    answer = as_owner.post(address)
    made = EditRequest.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    job = made.jobs.get()
    assert job.asked["constraints"] == [{"type": "enlarge", "factor": 2}]
