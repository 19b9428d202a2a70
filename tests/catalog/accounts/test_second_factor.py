"""Second factors over HTTP: the authenticator app, recovery codes, and the doors that ask for one."""

import re
from time import time

import pytest
from django.core import mail
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from catalog.models import AuditEntry, RecoveryCodes, User
from tests.catalog.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
EMAIL = "ada@example.org"


@pytest.fixture
def person() -> User:
    return UserFactory(email=EMAIL)


def code_of(device: TOTPDevice, step: int = 0) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time() + step * device.step
    return f"{totp.token():06d}"


def set_up(client: Client, user: User) -> list[str]:
    """Turn the app on, as the page does; the recovery codes that it shows."""
    client.get("/account/authenticator/")
    device = TOTPDevice.objects.get(user=user, confirmed=False)
    page = client.post("/account/authenticator/", {"code": code_of(device)})
    assert page.status_code == 200
    TOTPDevice.objects.filter(user=user).update(last_t=-1)  # the next code in the same half minute
    return re.findall(r"<li><code>([a-z0-9-]{27})</code>", page.content.decode())


def password(client: Client, **more: str) -> str:
    return client.post("/account/login/", {"username": EMAIL, "password": PASSWORD, **more}).headers.get("Location", "")


def test_a_password_alone_no_longer_signs_in(person: User, client: Client, django_capture_on_commit_callbacks):
    client.force_login(person)
    with django_capture_on_commit_callbacks(execute=True):
        codes = set_up(client, person)
    assert len(codes) == 10
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([EMAIL], "An authenticator app was added to your account")
    ]
    other = Client()
    assert password(other, next="/account/") == "/account/login/second/"
    assert "_auth_user_id" not in other.session
    device = TOTPDevice.objects.get(user=person)
    assert other.post("/account/login/second/", {"code": "000000"}).status_code == 422
    device.refresh_from_db()
    TOTPDevice.objects.update(throttling_failure_count=0)
    answer = other.post("/account/login/second/", {"code": code_of(device)})
    assert answer.headers["Location"] == "/account/"
    assert other.session["_auth_user_id"] == str(person.pk)


def test_a_code_works_once(person: User, client: Client):
    client.force_login(person)
    set_up(client, person)
    code = code_of(TOTPDevice.objects.get(user=person))
    for expected in (302, 422):
        other = Client()
        password(other)
        assert other.post("/account/login/second/", {"code": code}).status_code == expected


def test_a_recovery_code_works_once_in_any_writing(person: User, client: Client):
    client.force_login(person)
    codes = set_up(client, person)
    for given, expected in ((codes[0].upper().replace("-", " "), 302), (codes[0], 422)):
        other = Client()
        password(other)
        assert other.post("/account/login/second/", {"code": given}).status_code == expected
    assert len(RecoveryCodes.objects.get(user=person).digests) == 9


def test_guessing_codes_is_stopped(person: User, client: Client):
    client.force_login(person)
    set_up(client, person)
    other = Client()
    password(other)
    answers = [other.post("/account/login/second/", {"code": "abcdef"}).status_code for _ in range(12)]
    assert answers[-1] == 429
    assert set(answers[:9]) == {422}


def test_the_second_step_without_the_first_leads_to_the_first(client: Client):
    assert client.get("/account/login/second/").headers["Location"] == "/account/login/"
    assert client.post("/account/login/second/", {"code": "123456"}).headers["Location"] == "/account/login/"


def test_the_half_way_ends_after_five_minutes(person: User, client: Client):
    client.force_login(person)
    set_up(client, person)
    other = Client()
    password(other)
    session = other.session
    session["half_signed_in"] = session["half_signed_in"] | {"at": int(time()) - 301}
    session.save()
    answer = other.post("/account/login/second/", {"code": code_of(TOTPDevice.objects.get(user=person))})
    assert answer.headers["Location"] == "/account/login/"


def test_staff_reach_their_desks_only_with_a_second_factor(client: Client, settings):
    settings.STAFF_SECOND_FACTOR = True
    reviewer = UserFactory(email=EMAIL, is_staff=True, is_superuser=True)
    client.force_login(reviewer)
    for address in ("/review/", "/admin/", "/admin/catalog/user/"):
        answer = client.get(address, follow=True)
        assert answer.redirect_chain[-1][0] == "/account/required/", address
        assert answer.status_code == 403
    set_up(client, reviewer)
    assert client.get("/review/").status_code == 200
    assert client.get("/admin/").status_code == 200


def test_staff_cannot_remove_their_last_factor(client: Client, settings):
    settings.STAFF_SECOND_FACTOR = True
    reviewer = UserFactory(email=EMAIL, is_staff=True)
    client.force_login(reviewer)
    set_up(client, reviewer)
    client.post("/account/authenticator/remove/")
    assert TOTPDevice.objects.filter(user=reviewer, confirmed=True).exists()
    settings.STAFF_SECOND_FACTOR = False
    client.post("/account/authenticator/remove/")
    assert not TOTPDevice.objects.filter(user=reviewer).exists()
    assert not RecoveryCodes.objects.filter(user=reviewer).exists()


def test_a_wrong_first_code_turns_nothing_on(person: User, client: Client):
    client.force_login(person)
    client.get("/account/authenticator/")
    answer = client.post("/account/authenticator/", {"code": "12 34"})
    assert answer.status_code == 422
    assert "This code is not right" in answer.content.decode()
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_factors_are_noted_in_the_log_of_the_persons_shop(client: Client):
    member = MembershipFactory()
    client.force_login(member.user)
    set_up(client, member.user)
    noted = AuditEntry.objects.filter(merchant=member.merchant).values_list("action", flat=True)
    assert {"signed in", "second factor added", "recovery codes renewed"} <= set(noted)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'"a"', b"\xff", b'{"id": "x", "rawId": "x", "type": "public-key"}']
)
@pytest.mark.parametrize("step", ["use", "new"])
def test_nonsense_for_a_passkey_is_refused_with_a_sentence(person: User, client: Client, step: str, body: bytes):
    client.force_login(person)
    for part in ("begin", "complete"):
        answer = client.post(f"/account/passkeys/{step}/{part}/", body, content_type="application/json")
        assert answer.status_code == (200 if part == "begin" else 422)
    assert answer.json()["error"]
