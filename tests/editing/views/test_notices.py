"""People are told when what they asked for is ready, failed or was rejected: in the page, and by mail if they like."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from catalog.models import Membership, User
from editing.lifecycle.roll_up import roll_up
from editing.models import EditRequest, Notice
from editing.notices import services
from editing.services import sets
from tests.catalog.factories import UserFactory
from tests.editing.factories import asked_by, rendered

pytestmark = pytest.mark.django_db
PAGE = "/merchant/colourways/notices/"


def _ended(owner: Membership, status: str = "done") -> EditRequest:
    request = asked_by(owner, title="Autumn")
    request.jobs.update(status=status)
    roll_up(request)
    return request


def _later() -> None:
    Notice.objects.update(changed_at=timezone.now() - timedelta(minutes=1))


@pytest.mark.parametrize(("status", "said"), [("done", "is ready"), ("failed", "failed")])
def test_the_end_of_a_request_is_told_once(as_owner: Client, owner: Membership, status: str, said: str):
    request = _ended(owner, status)
    roll_up(request)
    page = as_owner.get(PAGE).content.decode()
    assert f"Autumn</a> {said}" in page and "new</span>" in page
    assert "new</span>" not in as_owner.get(PAGE).content.decode()
    assert Notice.objects.count() == 1


def test_a_rejection_is_told(as_owner: Client, owner: Membership):
    variants = rendered(asked_by(owner, colours=1, title="Autumn"))
    sets.set_reject(rows=variants, by=UserFactory(is_staff=True), why="Colour is off")
    assert "some colours were rejected" in as_owner.get(PAGE).content.decode()


def test_mail_goes_once_and_not_for_what_was_read(as_owner: Client, owner: Membership):
    request = _ended(owner)
    assert services.notices_mail() == 0  # the page has its chance first
    _later()
    assert (services.notices_mail(), services.notices_mail()) == (1, 0)
    assert mail.outbox[0].to == [owner.user.email]
    assert request.get_absolute_url() in mail.outbox[0].body
    _ended(owner)
    as_owner.get(PAGE)
    _later()
    assert services.notices_mail() == 0


def test_mail_can_be_switched_off(as_owner: Client, owner: Membership):
    as_owner.post(f"{PAGE}mail/", {})
    _ended(owner)
    _later()
    assert services.notices_mail() == 0
    as_owner.post(f"{PAGE}mail/", {"by_mail": "on"})
    assert services.wants_mail(User.objects.get(pk=owner.user.pk))


def test_a_mail_server_that_is_away_loses_nothing(owner: Membership, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    _ended(owner)
    _later()
    assert services.notices_mail() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert services.notices_mail() == 1


def test_notices_are_ones_own(as_owner: Client, as_stranger: Client, as_viewer: Client, owner: Membership):
    _ended(owner)
    for client in (as_stranger, as_viewer):
        assert "Autumn" not in client.get(PAGE).content.decode()


def test_what_a_program_asked_for_is_told_to_programs(owner: Membership):
    request = asked_by(owner)
    EditRequest.objects.filter(pk=request.pk).update(created_by=None)
    request.refresh_from_db()
    request.jobs.update(status="done")
    roll_up(request)
    assert not Notice.objects.exists()
