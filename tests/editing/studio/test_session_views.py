import json
from base64 import b64encode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from catalog.models import Membership, Photo
from editing.models import EditJob, EditRequest, Palette, StudioSession
from editing.palettes import SEASON
from editing.studio import previews
from gpu_worker.contract.marks import SolverOptions
from gpu_worker.contract.studio import (
    WAKE_LIST,
    PreviewNews,
    PreviewOrder,
    news_key,
    order_key,
    owner_key,
    wake_list_of,
)
from tests.catalog.conftest import WALL
from tests.editing.studio.conftest import projected_photo, random_latent


def as_member(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def put(client: Client, session: StudioSession, revision: object, marks: object) -> object:
    body = json.dumps({"revision": revision, "document": {"marks": marks}})
    address = reverse("editing:studio-document", args=[session.pk])
    return client.put(address, body, content_type="application/json")


def test_the_studio_opens_where_it_was_left(owner: Membership, photo: Photo, red_stroke: dict[str, object]):
    client = as_member(owner)
    page = client.get(reverse("editing:studio", args=[photo.pk]))
    session = StudioSession.objects.get(photo=photo, created_by=owner.user)
    assert put(client, session, 1, [red_stroke]).status_code == 200
    again = client.get(reverse("editing:studio", args=[photo.pk]))
    assert page.status_code == again.status_code == 200
    assert again.context["config"]["document"]["marks"] == [red_stroke]
    assert again.context["config"]["revision"] == 1
    assert StudioSession.objects.count() == 1


def test_the_photo_is_placed_in_fractions_of_the_frame(owner: Membership, photo: Photo):
    page = as_member(owner).get(reverse("editing:studio", args=[photo.pk]))
    box = page.context["config"]["photo"]["box"]
    assert box == {"left": 50 / 1300, "top": 50 / 1300, "width": 1200 / 1300, "height": 1200 / 1300}


def test_a_photo_without_a_latent_is_prepared_first(owner: Membership, photo: Photo):
    photo.projections.all().delete()
    page = as_member(owner).get(reverse("editing:studio", args=[photo.pk]))
    assert "Getting to know this product" in page.content.decode()
    assert EditJob.objects.filter(photo=photo, task="project").count() == 1
    as_member(owner).get(reverse("editing:studio", args=[photo.pk]))
    assert EditJob.objects.filter(photo=photo, task="project").count() == 1


def test_a_kept_document_orders_a_preview_and_wakes_a_worker(
    owner: Membership, session: StudioSession, red_stroke: dict[str, object]
):
    broker = previews._connection(previews._url())
    broker.delete(WAKE_LIST)
    put(as_member(owner), session, 7, [red_stroke])
    order = PreviewOrder.model_validate_json(broker.get(order_key(session.pk)))
    assert (order.revision, order.manifold_version, len(order.constraints)) == (7, "0123456789abcdef", 1)
    assert broker.lrange(WAKE_LIST, 0, -1) == [str(session.pk).encode()]


def test_the_worker_that_keeps_the_session_warm_is_woken(owner: Membership, session: StudioSession):
    broker = previews._connection(previews._url())
    broker.delete(WAKE_LIST, wake_list_of("w1"))
    broker.set(owner_key(session.pk), "w1", px=5000)
    put(as_member(owner), session, 1, [])
    assert broker.lrange(wake_list_of("w1"), 0, -1) == [str(session.pk).encode()]
    assert broker.llen(WAKE_LIST) == 0


def test_an_older_document_that_comes_late_is_dropped(
    owner: Membership, session: StudioSession, red_stroke: dict[str, object]
):
    client = as_member(owner)
    put(client, session, 5, [red_stroke])
    late = put(client, session, 4, [])
    assert (late.status_code, late.json()["revision"]) == (409, 5)
    session.refresh_from_db()
    assert (session.revision, session.document["marks"]) == (5, [red_stroke])


@pytest.mark.parametrize("revision", [0, -1, "3", 2.5, None, True, 2**60])
def test_a_revision_that_is_none_is_refused(owner: Membership, session: StudioSession, revision: object):
    assert put(as_member(owner), session, revision, []).status_code == 400
    session.refresh_from_db()
    assert session.revision == 0


def test_a_broken_document_gets_a_sentence_and_changes_nothing(owner: Membership, session: StudioSession):
    answer = put(as_member(owner), session, 1, [{"type": "colour"}])
    assert answer.status_code == 400
    assert "cannot be used" in answer.json()["message"]
    session.refresh_from_db()
    assert session.revision == 0


def test_keeping_a_document_costs_a_constant_number_of_queries(
    owner: Membership,
    session: StudioSession,
    red_stroke: dict[str, object],
    django_assert_max_num_queries: DjangoAssertNumQueries,
):
    client = as_member(owner)
    with django_assert_max_num_queries(9 + WALL):
        put(client, session, 1, [red_stroke] * 30)


@pytest.mark.parametrize("who", ["stranger", "colleague", "viewer"])
def test_nobody_else_reaches_the_session(
    who: str, request: pytest.FixtureRequest, session: StudioSession, red_stroke: dict[str, object]
):
    client = as_member(request.getfixturevalue(who))
    assert put(client, session, 1, [red_stroke]).status_code == 404
    for name in ("studio-apply", "studio-copy", "studio-save-idea"):
        assert client.post(reverse(f"editing:{name}", args=[session.pk])).status_code == 404
    session.refresh_from_db()
    assert session.revision == 0
    assert EditRequest.objects.count() == 0


def test_the_anonymous_are_sent_to_sign_in(client: Client, photo: Photo, session: StudioSession):
    for address in (reverse("editing:studio", args=[photo.pk]), reverse("editing:studio-index")):
        assert client.get(address).url.startswith("/account/login/")


@pytest.mark.parametrize("who", ["stranger", "viewer"])
def test_a_photo_opens_only_for_its_editors(who: str, request: pytest.FixtureRequest, photo: Photo):
    client = as_member(request.getfixturevalue(who))
    assert client.get(reverse("editing:studio", args=[photo.pk])).status_code == 404
    assert StudioSession.objects.count() == 0


def test_applying_asks_for_the_drawing_on_the_photo(
    owner: Membership, session: StudioSession, red_stroke: dict[str, object]
):
    client = as_member(owner)
    put(client, session, 1, [red_stroke])
    answer = client.post(reverse("editing:studio-apply", args=[session.pk]), {"candidates": "2"})
    assert answer.status_code == 200
    made = EditRequest.objects.get()
    assert (made.merchant, made.source, made.variants_asked) == (owner.merchant, "studio", 2)
    spec = made.jobs.get().asked
    assert [c["type"] for c in spec["constraints"]] == ["colour"]
    assert spec["options"]["candidates"] == 2


def test_what_was_seen_is_what_is_applied(owner: Membership, session: StudioSession):
    client, latent = as_member(owner), b64encode(random_latent(7)).decode()
    pull = {"type": "warp", "drags": [{"source": [0.5, 0.5], "target": [0.6, 0.5]}]}
    put(client, session, 1, [pull])
    news = PreviewNews(revision=1, settled=True, w_plus=latent)
    previews._connection(previews._url()).set(news_key(session.pk), news.model_dump_json(), ex=60)
    answer = client.post(reverse("editing:studio-apply", args=[session.pk]), {"candidates": "1"})
    assert answer.status_code == 200
    options = SolverOptions.model_validate(EditRequest.objects.get().jobs.get().asked["options"])
    assert options.chosen == random_latent(7)


def test_a_reload_goes_on_showing_what_was_applied(
    owner: Membership, session: StudioSession, red_stroke: dict[str, object]
):
    client, page = as_member(owner), reverse("editing:studio", args=[session.photo_id])
    put(client, session, 1, [red_stroke])
    assert client.get(page).context["applied"] is None
    client.post(reverse("editing:studio-apply", args=[session.pk]), {"candidates": "1"})
    made = EditRequest.objects.get()
    again = client.get(page)
    assert again.context["applied"] == made
    assert reverse("editing:studio-applied", args=[made.key]) in again.content.decode()
    made.jobs.update(status="running", stage="solve", step=39, steps=50)
    shown = client.get(reverse("editing:studio-applied", args=[made.key])).content.decode()
    assert "Finding the colour 78 %" in shown


def test_nothing_drawn_is_nothing_to_apply(owner: Membership, session: StudioSession):
    answer = as_member(owner).post(reverse("editing:studio-apply", args=[session.pk]), {"candidates": "1"})
    assert answer.status_code == 400
    assert "Nothing is asked for" in answer.content.decode()
    assert EditRequest.objects.count() == 0


def test_the_same_strokes_on_another_product(owner: Membership, session: StudioSession, red_stroke: dict[str, object]):
    client, other = as_member(owner), projected_photo(owner, seed=3)
    put(client, session, 1, [red_stroke])
    answer = client.post(reverse("editing:studio-copy", args=[session.pk]), {"photo": other.pk})
    assert answer.url == reverse("editing:studio", args=[other.pk])
    assert StudioSession.objects.get(photo=other).document["marks"] == [red_stroke]


def test_strokes_stay_with_their_kind(owner: Membership, session: StudioSession):
    shirt = projected_photo(owner, seed=3, kind="shirt")
    answer = as_member(owner).post(reverse("editing:studio-copy", args=[session.pk]), {"photo": shirt.pk})
    assert answer.status_code == 400
    assert "same kind" in answer.content.decode()


def test_the_strokes_do_not_go_to_a_strangers_product(owner: Membership, stranger: Membership, session: StudioSession):
    theirs = projected_photo(stranger)
    answer = as_member(owner).post(reverse("editing:studio-copy", args=[session.pk]), {"photo": theirs.pk})
    assert answer.status_code == 404
    assert not StudioSession.objects.filter(photo=theirs).exists()


def test_an_idea_is_not_saved_before_its_picture_is_there(owner: Membership):
    client = as_member(owner)
    begun = client.post(reverse("editing:studio-new"), {"kind": "shirt"})
    session = StudioSession.objects.get()
    assert begun.url == reverse("editing:studio-idea", args=[session.pk])
    assert client.get(begun.url).status_code == 200
    answer = client.post(reverse("editing:studio-save-idea", args=[session.pk]), {"title": "Dream"}, follow=True)
    assert "still being made" in answer.content.decode()


def test_an_unknown_kind_and_an_unknown_session_are_404(owner: Membership):
    client = as_member(owner)
    assert client.post(reverse("editing:studio-new"), {"kind": "hat"}).status_code == 404
    assert client.get(reverse("editing:studio-idea", args=[uuid4()])).status_code == 404


def test_the_seasons_palette_lies_beside_the_photos_own_colour(owner: Membership, photo: Photo):
    Palette.objects.create(merchant=owner.merchant, name=SEASON.name, swatches=SEASON.as_json(), is_season=True)
    page = as_member(owner).get(reverse("editing:studio", args=[photo.pk]))
    shown = [colour for _, colour in page.context["swatches"]]
    assert shown == list(dict.fromkeys([photo.colour_hex, *(colour for _, colour in SEASON.swatches)]))
