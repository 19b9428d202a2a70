"""The way to a variant as a file, from its page and by program."""

import io

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from catalog import storage
from editing.models import EditRequest, Variant
from tests.editing.factories import rendered

pytestmark = pytest.mark.django_db


def test_the_way_to_a_variant_is_an_animation_with_its_origin(
    as_owner: Client, as_stranger: Client, api: APIClient, asked: EditRequest
):
    variant = rendered(asked)[0]
    address, program = (reverse(f"{app}:variant-animation", args=[variant.key]) for app in ("editing", "api-edits"))
    assert as_owner.get(address).status_code == 404, "a colour has no way to it"
    picture, strip = io.BytesIO(), io.BytesIO()
    packet = b"<x:xmpmeta>compositeWithTrainedAlgorithmicMedia</x:xmpmeta>"
    Image.new("RGB", (64, 48), "#c1121f").save(picture, "WEBP", lossless=True, xmp=packet)
    frames = np.repeat(np.uint8([[[0, 0, 0]] * 32 + [[128, 128, 128]] * 32 + [[255, 255, 255]] * 32]), 32, axis=0)
    Image.fromarray(frames).save(strip, "WEBP", lossless=True)
    keys = {
        field: storage.put(prefix, file.getvalue(), content_type="image/webp")
        for field, prefix, file in (("object_key", "variants", picture), ("sequence_key", "sequences", strip))
    }
    Variant.objects.filter(pk=variant.pk).update(**keys)
    answer = as_owner.get(address)
    made = Image.open(io.BytesIO(answer.content))
    assert (made.format, made.size, getattr(made, "n_frames", 1)) == ("WEBP", (32, 32), 4), "there and back"
    assert packet in answer.content
    assert as_stranger.get(address).status_code == 404
    assert len(api.get(program).content) == len(answer.content), "signed anew, else the same"
