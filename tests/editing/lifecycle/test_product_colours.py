"""What a worker says of a product's colours replaces what the upload guessed, and the product is found under both."""

from base64 import b64encode

from catalog.models import Membership, SearchEntry
from editing.lifecycle.projections import projection_record
from gpu_worker.contract.jobs import StoredProjection
from tests.editing.factories import photo_of


def test_a_projection_brings_the_products_colours(owner: Membership):
    photo = photo_of(owner)
    stored = StoredProjection.model_validate(
        {
            "manifold_version": "v1",
            "w_plus": b64encode(bytes(4 * 7 * 128)).decode(),
            "lpips": 0.1,
            "frame": {"scale": 100, "left": 0, "top": 0},
            "colours": [{"l": 16, "a": 6, "b": -22}, {"l": 97, "a": 0, "b": 1}],
        }
    )
    assert projection_record(photo=photo, stored=stored, seconds=1.0)
    photo.refresh_from_db()
    assert (photo.colour_family, photo.colour_words) == ("blue", "blue and white")
    entries = SearchEntry.objects.filter(product=photo.product).order_by("tone")
    assert [(entry.tone, entry.colour_family, entry.shape_version) for entry in entries] == [
        (1, "blue", "v1"),
        (2, "white", "v1"),
    ]
