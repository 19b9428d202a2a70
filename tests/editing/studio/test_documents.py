import numpy as np
import pytest

from catalog.errors import InvalidInput
from catalog.models import Membership, Photo
from editing.models import StudioSession
from editing.studio import documents
from gpu_worker.contract.marks import Attribute, ColourBrush, Morph, Swatch
from tests.editing.studio.conftest import LAYERS, VERSION, projected_photo, random_latent, ready_attribute


def marks(*found: dict[str, object]) -> list[documents.Mark]:
    return documents.parse({"marks": list(found)}).marks


def test_a_document_is_stored_as_the_page_sent_it(red_stroke: dict[str, object]):
    sent = {"marks": [red_stroke], "options": {"strength": 2.5, "realism": 0.04}, "choice": 1}
    assert documents.as_stored(documents.parse(sent)) == sent


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {"marks": "red"},
        {"marks": [{"type": "colour", "colour": "red", "strokes": []}]},
        {"marks": [{"type": "morph", "photo": 1, "amount": 2}]},
        {"marks": [{"type": "attribute", "attribute": 1, "amount": 1, "direction": "AAAA"}]},
        {"marks": [{"type": "warp", "drags": [{"source": [0, 0], "target": [9, 9]}]}]},
        {"marks": [{"type": "swatch", "colour": "#c1121f", "region": "elbows"}]},
        {"marks": [], "unknown": 1},
    ],
)
def test_what_is_no_drawing_is_refused(raw: object):
    with pytest.raises(InvalidInput, match="cannot be used"):
        documents.parse(raw)


def test_too_many_strokes_are_refused(red_stroke: dict[str, object]):
    stroke = {"points": [[0.1, 0.1]] * 4000, "radius": 0.02}
    with pytest.raises(InvalidInput, match="too many strokes"):
        documents.parse({"marks": [{**red_stroke, "strokes": [stroke] * 20}]})


def test_a_part_that_was_clicked_becomes_a_swatch_of_that_region(owner: Membership):
    part = {"type": "swatch", "colour": "#c1121f", "region": "laces"}
    (found,) = documents.from_marks(marks(part), owner, VERSION)
    assert found == Swatch(colour="#c1121f", region="laces")
    assert documents.as_stored(documents.parse({"marks": [part]}))["marks"] == [part]


def test_references_become_the_messages_that_a_worker_takes(
    owner: Membership, photo: Photo, red_stroke: dict[str, object]
):
    attribute, other = ready_attribute(owner), projected_photo(owner, seed=5)
    found = documents.from_marks(
        marks(
            red_stroke,
            {"type": "attribute", "attribute": attribute.pk, "amount": 1.5},
            {"type": "morph", "photo": other.pk, "amount": 0.25},
        ),
        owner,
        VERSION,
    )
    colour, moved, blended = found
    assert isinstance(colour, ColourBrush)
    assert isinstance(moved, Attribute)
    assert isinstance(blended, Morph)
    assert (moved.direction, moved.scale, moved.amount) == (bytes(attribute.direction), 2.0, 1.5)
    assert (blended.w_plus, blended.amount) == (random_latent(5), 0.25)


def test_another_merchants_attribute_and_product_are_not_there(owner: Membership, stranger: Membership, photo: Photo):
    theirs, their_photo = ready_attribute(stranger), projected_photo(stranger)
    with pytest.raises(InvalidInput, match="attribute"):
        documents.from_marks(marks({"type": "attribute", "attribute": theirs.pk, "amount": 1}), owner, VERSION)
    with pytest.raises(InvalidInput, match="blend"):
        documents.from_marks(marks({"type": "morph", "photo": their_photo.pk, "amount": 1}), owner, VERSION)


def test_an_attribute_of_another_manifold_is_not_there(owner: Membership):
    old = ready_attribute(owner)
    with pytest.raises(InvalidInput, match="not available"):
        documents.from_marks(marks({"type": "attribute", "attribute": old.pk, "amount": 1}), owner, "newer")


def test_an_attribute_that_came_with_the_manifold_serves_everyone(owner: Membership):
    shipped = ready_attribute(None)
    found = documents.from_marks(marks({"type": "attribute", "attribute": shipped.pk, "amount": -2}), owner, VERSION)
    assert found[0].amount == -2  # type: ignore[union-attr]


def test_a_plain_latent_is_the_mean_over_the_layers():
    latent = np.arange(LAYERS * 4, dtype="<f4")
    plain = np.frombuffer(documents.plain_latent(latent.tobytes(), 4), "<f4")
    assert plain.tolist() == latent.reshape(LAYERS, 4).mean(0).tolist()


def test_a_sessions_marks_become_constraints(session: StudioSession, owner: Membership, red_stroke: dict[str, object]):
    session.document = {"marks": [red_stroke]}
    assert [c.type for c in documents.constraints(session, owner, VERSION)] == ["colour"]
