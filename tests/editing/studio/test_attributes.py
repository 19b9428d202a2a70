import json
from base64 import b64decode, b64encode
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from catalog import storage
from catalog.models import SHAPE_DIMENSIONS, Membership, Photo
from editing.attributes import services
from editing.attributes.services import Recipe
from editing.lifecycle import masks, messages
from editing.models import Attribute, AttributeState, EditRequest, Method, PrincipalDirection
from editing.studio import selectors
from gpu_worker.contract.attributes import AttributeAnswer, AttributeJob, PrincipalAnswer, PrincipalDirectionMessage
from gpu_worker.contract.jobs import RenderJob
from gpu_worker.contract.marks import Attribute as AttributeMessage
from tests.editing.studio.conftest import VERSION, projected_photo, ready_attribute
from tests.editing.studio.test_session_views import as_member


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """Messages as they would go to the broker."""
    messages: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(
        services.current_app, "send_task", lambda task, args, **_: messages.append((task, args[0])), raising=False
    )
    return messages


@pytest.fixture
def photos(owner: Membership) -> list[Photo]:
    tags = [["canvas", "retro"] if seed < 6 else ["leather"] for seed in range(12)]
    return [projected_photo(owner, seed=seed, tags=tags[seed]) for seed in range(12)]


def learn(owner: Membership, photos: list[Photo], name: str = "retro", **recipe: object) -> Attribute:
    return services.attribute_learn(
        actor=owner,
        by=owner.user,
        recipe=Recipe(kind="shoe", name=name, **recipe),
        having=[p.pk for p in photos[:6]],
        lacking=[p.pk for p in photos[6:]],
    )


def test_an_attribute_is_asked_for_with_its_examples_latents(
    owner: Membership, photos: list[Photo], sent: list[tuple[str, dict[str, object]]],
    django_capture_on_commit_callbacks,
):  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        attribute = learn(owner, photos, method=Method.MEAN, keeps=[ready_attribute(owner)])
    task, message = sent[0]
    job = AttributeJob.model_validate(message)
    assert (task, job.attribute, job.method) == ("gpu_worker.attribute", attribute.pk, "mean")
    assert (len(job.having), len(job.lacking), len(job.kept)) == (6, 6, 1)
    assert {len(latent) for latent in job.having} == {4 * SHAPE_DIMENSIONS}
    assert attribute.state == AttributeState.LEARNING


@pytest.mark.parametrize(("having", "lacking"), [(4, 6), (6, 4), (0, 0)])
def test_too_few_examples_are_refused(owner: Membership, photos: list[Photo], having: int, lacking: int):
    with pytest.raises(services.InvalidInput, match="at least 5"):
        services.attribute_learn(
            actor=owner,
            by=owner.user,
            recipe=Recipe(kind="shoe", name="retro"),
            having=[p.pk for p in photos[:having]],
            lacking=[p.pk for p in photos[6 : 6 + lacking]],
        )
    assert not Attribute.objects.exists()


def test_a_strangers_photos_are_no_examples(owner: Membership, stranger: Membership, photos: list[Photo]):
    theirs = [projected_photo(stranger, seed=50 + i) for i in range(6)]
    with pytest.raises(services.InvalidInput, match="0 of the chosen"):
        services.attribute_learn(
            actor=owner,
            by=owner.user,
            recipe=Recipe(kind="shoe", name="retro"),
            having=[p.pk for p in theirs],
            lacking=[p.pk for p in photos[:6]],
        )


def test_a_name_is_taken_once(owner: Membership, photos: list[Photo], sent: list[object]):
    learn(owner, photos)
    with pytest.raises(services.Conflict, match="already"):
        learn(owner, photos)


def test_an_answer_is_recorded_and_may_come_twice(owner: Membership, photos: list[Photo], sent: list[object]):
    attribute = learn(owner, photos)
    direction = np.eye(SHAPE_DIMENSIONS, dtype="<f4")[3].tobytes()
    answer = AttributeAnswer(
        attribute=attribute.pk, direction=b64encode(direction), scale=1.5, accuracy=0.91, having=6, lacking=6,
        strip_key="strips/" + "a" * 64,
    )  # fmt: skip
    for _ in range(2):
        services.attribute_record(AttributeAnswer.model_validate(answer.model_dump(mode="json")))
    attribute.refresh_from_db()
    assert (attribute.state, bytes(attribute.direction), attribute.accuracy) == ("ready", direction, 0.91)


def test_a_strip_that_comes_later_leaves_the_figures(owner: Membership):
    attribute = ready_attribute(None, accuracy=0.9, having=40, lacking=30)
    services.attribute_record(AttributeAnswer(attribute=attribute.pk, strip_key="strips/" + "b" * 64))
    attribute.refresh_from_db()
    assert (attribute.accuracy, attribute.having, attribute.strip_key[:8]) == (0.9, 40, "strips/b")


def test_entanglement_counts_in_the_others_own_steps(owner: Membership):
    one = ready_attribute(owner, "one", axis=0, scale=2.0)
    mixed = np.zeros(SHAPE_DIMENSIONS, "<f4")
    mixed[:2] = 0.6, 0.8
    other = ready_attribute(owner, "other", direction=mixed.tobytes(), scale=1.0)
    apart = ready_attribute(owner, "apart", axis=5)
    found = {e.other.name: e.moves for e in selectors.entanglements(one, [one, other, apart])}
    assert found == {"other": pytest.approx(1.2), "apart": 0.0}


def test_the_list_and_the_details_show_what_is_known(owner: Membership, viewer: Membership):
    attribute = ready_attribute(owner, accuracy=0.93, having=20, lacking=20)
    ready_attribute(None, "light", axis=0)
    client = as_member(viewer)
    projected_photo(owner)
    page = client.get(reverse("editing:attributes"), {"kind": "shoe"}).content.decode()
    assert "Sporty" in page
    assert "93 %" in page
    details = client.get(attribute.get_absolute_url()).content.decode()
    assert "What else it moves" in details
    assert "+1.00" in details


def test_strangers_neither_see_nor_delete_an_attribute(owner: Membership, stranger: Membership):
    attribute = ready_attribute(owner)
    client = as_member(stranger)
    assert client.get(attribute.get_absolute_url()).status_code == 404
    assert client.post(reverse("editing:attribute-delete", args=[attribute.pk])).status_code == 404
    assert Attribute.objects.filter(pk=attribute.pk).exists()


def test_nobody_deletes_what_came_with_the_manifold(owner: Membership):
    shipped = ready_attribute(None)
    assert as_member(owner).post(reverse("editing:attribute-delete", args=[shipped.pk])).status_code == 404
    assert Attribute.objects.filter(pk=shipped.pk).exists()


def test_a_tag_marks_the_examples_to_begin_with(owner: Membership, photos: list[Photo]):
    page = as_member(owner).get(reverse("editing:attribute-new"), {"kind": "shoe", "tag": "retro"})
    marked = {row["photo"].pk: row["mark"] for row in page.context["examples"]}
    assert {pk for pk, mark in marked.items() if mark == "has"} == {p.pk for p in photos[:6]}
    assert {pk for pk, mark in marked.items() if mark == "lacks"} == {p.pk for p in photos[6:]}


def test_a_search_marks_the_examples_too(owner: Membership, photos: list[Photo]):
    found = selectors.with_words(photos, "leather")
    assert found == {p.pk for p in photos[6:]}


def test_the_form_learns_what_was_marked_by_hand(
    owner: Membership, photos: list[Photo], sent: list[tuple[str, dict[str, object]]],
    django_capture_on_commit_callbacks,
):  # fmt: skip
    chosen = {f"example-{p.pk}": "has" if i < 6 else "lacks" for i, p in enumerate(photos)}
    form = {"kind": "shoe", "name": "Retro", "method": "logistic", "neighbours": "40", **chosen}
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_member(owner).post(reverse("editing:attribute-new"), form)
    attribute = Attribute.objects.get()
    assert answer.url == attribute.get_absolute_url()
    assert attribute.examples.filter(has_it=True).count() == 6
    assert sent[0][1]["attribute"] == attribute.pk


def test_a_principal_direction_gets_a_name(owner: Membership):
    direction = np.eye(SHAPE_DIMENSIONS, dtype="<f4")[0].tobytes()
    message = PrincipalDirectionMessage(
        index=2, direction=b64encode(direction), scale=3.0, strip_key="strips/" + "c" * 64
    )
    services.principal_record(PrincipalAnswer(kind="shoe", manifold_version=VERSION, directions=[message]))
    projected_photo(owner)
    address = reverse("editing:attribute-directions")
    as_member(owner).post(address, {"kind": "shoe", "component": "2", "name": "chunky"})
    attribute = Attribute.objects.get()
    assert (attribute.name, attribute.state, bytes(attribute.direction)) == ("chunky", "ready", direction)
    assert PrincipalDirection.objects.count() == 1


def test_many_products_move_along_an_attribute(owner: Membership, photos: list[Photo]):
    attribute = ready_attribute(owner)
    form = {"kind": "shoe", "photos": [p.pk for p in photos[:3]], f"amount-{attribute.pk}": "1.5"}
    answer = as_member(owner).post(reverse("editing:attributes-use"), form)
    made = EditRequest.objects.get()
    assert answer.url == made.get_absolute_url()
    assert made.jobs.count() == 3
    constraint = made.jobs.first().asked["constraints"][0]
    assert (constraint["type"], constraint["amount"], b64decode(constraint["direction"])) == (
        "attribute",
        1.5,
        bytes(attribute.direction),
    )


def test_sliders_at_rest_ask_for_nothing(owner: Membership, photos: list[Photo]):
    form = {"kind": "shoe", "photos": [photos[0].pk]}
    assert as_member(owner).post(reverse("editing:attributes-use"), form).status_code == 200
    assert EditRequest.objects.count() == 0


def test_shipped_attributes_are_loaded_once(db: None, tmp_path: Path, sent: list[object]):
    bundle = tmp_path / "shoe"
    bundle.mkdir()
    (bundle / "card.json").write_text(json.dumps({"kind": "shoe"}))
    described = {
        "name": "sporty", "direction": b64encode(b"\0" * 4 * SHAPE_DIMENSIONS).decode(), "scale": 1.0,
        "threshold": 0.0, "accuracy": 0.9, "examples": [10, 12],
    }  # fmt: skip
    (bundle / "attributes.json").write_text(json.dumps({"manifold_version": VERSION, "attributes": [described]}))
    for _ in range(2):
        call_command("load_attributes", "--bundles", str(tmp_path), verbosity=0)
    row = Attribute.objects.get()
    assert (row.merchant, row.name, row.accuracy, row.having, row.lacking) == (None, "sporty", 0.9, 10, 12)


def test_the_anonymous_see_no_attributes(client: Client, db: None):
    assert client.get(reverse("editing:attributes")).status_code == 302


def test_many_products_can_go_by_deep_features_with_what_was_taught(owner: Membership, photos: list[Photo]):
    key = f"{masks.examples_prefix(owner.merchant_id)}/{'a' * 64}"
    storage.client().put_object(Bucket=settings.S3_BUCKET, Key=key, Body=b"examples")
    attribute = ready_attribute(owner, "chunky", examples_key=key)
    form = {"kind": "shoe", "photos": [photos[0].pk], f"amount-{attribute.pk}": "2", "way": "features"}
    assert as_member(owner).post(reverse("editing:attributes-use"), form).status_code == 302
    job = EditRequest.objects.get().jobs.get()
    job.token = 1
    asked = messages.for_job(job)
    assert isinstance(asked, RenderJob)
    assert [(c.way, c.examples_key) for c in asked.constraints if isinstance(c, AttributeMessage)] == [
        ("features", key)
    ]
    assert asked.mask_keys == [key]


def test_a_strangers_examples_are_not_read(owner: Membership, stranger: Membership, photos: list[Photo]):
    key = f"{masks.examples_prefix(stranger.merchant_id)}/{'a' * 64}"
    attribute = ready_attribute(owner, "chunky", examples_key=key)
    form = {"kind": "shoe", "photos": [photos[0].pk], f"amount-{attribute.pk}": "2"}
    assert as_member(owner).post(reverse("editing:attributes-use"), form).status_code == 200
    assert not EditRequest.objects.exists()


def test_where_the_examples_lie_is_recorded(owner: Membership):
    attribute = ready_attribute(owner)
    answer = AttributeAnswer(
        attribute=attribute.pk,
        direction=b64encode(bytes(attribute.direction)),
        strip_key="strips/x",
        examples_key="examples/1/x1",
    )
    services.attribute_record(answer)
    services.attribute_record(answer)
    attribute.refresh_from_db()
    assert attribute.examples_key == "examples/1/x1"
