"""Sessions end: unused, too old, ended by their owner, or by a new password."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.accounts import sessions
from catalog.models import Session, User
from tests.catalog.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return UserFactory(email="ada@example.org")


def _signed_in(user: User, agent: str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0") -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/account/login/", {"username": user.email, "password": PASSWORD})
    assert client.get("/account/").status_code == 200
    return client


def _age(**changes: object) -> None:
    Session.objects.update(**changes)


@pytest.mark.parametrize(
    ("is_staff", "field", "alive", "over"),
    [
        (False, "seen_at", timedelta(hours=7), timedelta(hours=9)),
        (True, "seen_at", timedelta(minutes=50), timedelta(minutes=70)),
    ],
)
def test_a_session_ends_when_it_is_not_used(person: User, is_staff: bool, field: str, alive, over):
    User.objects.update(is_staff=is_staff)
    client = _signed_in(person)
    _age(seen_at=timezone.now() - alive)
    assert client.get("/account/").status_code == 200
    assert timezone.now() - Session.objects.get(user=person).seen_at < timedelta(minutes=1)  # it was used
    _age(seen_at=timezone.now() - over)
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(("is_staff", "limit"), [(False, timedelta(days=7)), (True, timedelta(hours=12))])
def test_a_session_ends_in_any_case(person: User, is_staff: bool, limit: timedelta):
    User.objects.update(is_staff=is_staff)
    client = _signed_in(person)
    row = Session.objects.get(user=person)
    assert abs(row.expire_date - row.started_at - limit) < timedelta(seconds=1)
    session = client.session
    session["touched"] = True
    session.save()  # saving does not lengthen it
    assert Session.objects.get(user=person).expire_date == row.expire_date
    _age(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/account/").status_code == 302


def test_reading_pages_writes_at_most_once_a_minute(person: User, django_assert_num_queries):
    client = _signed_in(person)
    before = Session.objects.get(user=person).seen_at
    client.get("/account/")
    assert Session.objects.get(user=person).seen_at == before


def test_a_person_sees_and_ends_their_sessions(person: User):
    here = _signed_in(person)
    there = _signed_in(person, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/604.1")
    stranger = _signed_in(UserFactory(email="eve@example.org"))
    page = here.get("/account/").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert there.session.session_key not in page  # the key itself would let its reader in
    handle = Session.objects.get(session_key=there.session.session_key).handle
    assert stranger.post(f"/account/sessions/{handle}/end/").status_code == 404
    assert there.get("/account/").status_code == 200
    assert here.post(f"/account/sessions/{handle}/end/").status_code == 302
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_all_others_are_ended_at_once(person: User):
    here, *others = (_signed_in(person) for _ in range(3))
    here.post("/account/sessions/end-others/")
    assert [client.get("/account/").status_code for client in (here, *others)] == [200, 302, 302]


def test_a_new_password_ends_every_other_session(person: User):
    here, there = _signed_in(person), _signed_in(person)
    new = "ribbon tractor ninety moss"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/account/password/", form).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert Session.objects.filter(user=person).count() == 1


def test_ended_sessions_are_forgotten(person: User):
    _signed_in(person)
    _age(seen_at=timezone.now() - timedelta(days=1))
    assert sessions.forget_ended() == 1


def test_an_operator_ends_a_persons_sessions(person: User):
    client = _signed_in(person)
    operator = Client()
    operator.force_login(UserFactory(is_staff=True, is_superuser=True))
    operator.post("/admin/catalog/user/", {"action": "end_sessions", "_selected_action": [person.pk]})
    assert client.get("/account/").status_code == 302


def test_pages_of_a_signed_in_person_stay_in_no_cache(person: User):
    client = _signed_in(person)
    assert client.get("/").headers["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in Client().get("/").headers
    answer = client.post("/account/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not Session.objects.filter(user=person).exists()
