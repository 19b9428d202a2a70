import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from catalog.models import AuditEntry, IdempotencyRecord, Membership
from editing.models import Webhook, WebhookDelivery
from editing.publishing.outbound import signature
from editing.publishing.webhooks import deliveries
from editing.publishing.webhooks import services as webhooks
from tests.catalog.conftest import signed_in
from tests.catalog.test_api import program
from tests.editing.publishing.receiver import Receiver

pytestmark = pytest.mark.django_db
EVENTS = ["variant.approved", "variant.withdrawn"]


def test_an_owner_adds_one_and_sees_the_secret_once(as_owner: Client, receiver: Receiver):
    page = as_owner.post(reverse("editing:webhook-new"), {"url": receiver.url, "events": EVENTS})
    webhook = Webhook.objects.get()
    secret = signature.secret_of(webhook)
    assert secret in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    for name in ("editing:webhook", "editing:webhooks"):
        address = reverse(name, args=[webhook.key] if name == "editing:webhook" else [])
        assert secret not in as_owner.get(address).content.decode()


def test_an_unsafe_address_is_explained_and_nothing_is_kept(as_owner: Client, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    page = as_owner.post(reverse("editing:webhook-new"), {"url": "https://127.0.0.1/x", "events": EVENTS})
    assert page.status_code == 422
    assert "not on the public internet" in page.content.decode()
    assert not Webhook.objects.exists()


def test_a_new_secret_ends_the_old_one(as_owner: Client, webhook: Webhook):
    old = signature.secret_of(webhook)
    page = as_owner.post(reverse("editing:webhook-secret", args=[webhook.key])).content.decode()
    webhook.refresh_from_db()
    assert signature.secret_of(webhook) in page
    assert signature.secret_of(webhook) != old


def test_the_log_tells_what_happened_and_sends_again(as_owner: Client, webhook: Webhook, receiver: Receiver):
    receiver.answers = [503]
    as_owner.post(reverse("editing:webhook-ping", args=[webhook.key]))
    deliveries.deliver_due()
    log = as_owner.get(reverse("editing:webhook", args=[webhook.key])).content.decode()
    assert "The receiver answered 503." in log
    row = WebhookDelivery.objects.get()
    assert "This webhook works." in as_owner.get(reverse("editing:delivery", args=[row.key])).content.decode()
    as_owner.post(reverse("editing:delivery-send-again", args=[row.key]))
    deliveries.deliver_due()
    row.refresh_from_db()
    assert (row.status, len(receiver.received)) == ("delivered", 2)


def test_it_is_changed_switched_off_and_deleted(as_owner: Client, webhook: Webhook, receiver: Receiver):
    change = reverse("editing:webhook-change", args=[webhook.key])
    assert as_owner.post(change, {"url": receiver.url, "events": ["variant.rejected"]}).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.events, webhook.is_active) == (["variant.rejected"], False)
    as_owner.post(reverse("editing:webhook-delete", args=[webhook.key]))
    assert not Webhook.objects.exists()


def test_editors_and_strangers_see_none_of_it(editor: Membership, as_stranger: Client, webhook: Webhook):
    webhooks.webhook_ping(webhook=webhook)
    delivery = WebhookDelivery.objects.get()
    for client in (signed_in(editor), as_stranger):
        assert client.get(reverse("editing:webhook", args=[webhook.key])).status_code == 404
        assert client.post(reverse("editing:webhook-delete", args=[webhook.key])).status_code == 404
        assert client.post(reverse("editing:delivery-send-again", args=[delivery.key])).status_code == 404
    assert Webhook.objects.filter(pk=webhook.pk).exists()


def test_programs_manage_them_too(owner: Membership, stranger: Membership, receiver: Receiver):
    api, strange = (
        program(owner.merchant, "webhooks:read", "webhooks:write"),
        program(stranger.merchant, "webhooks:write"),
    )
    made = api.post("/api/v1/webhooks/", {"url": receiver.url, "events": EVENTS}, format="json")
    assert made.status_code == 201
    address = f"/api/v1/webhooks/{made.json()['id']}/"
    assert made.json()["secret"] == signature.secret_of(Webhook.objects.get())
    assert "secret" not in api.get(address).json()
    webhooks.webhook_ping(webhook=Webhook.objects.get())
    deliveries.deliver_due()
    logged = api.get(f"{address}deliveries/").json()["results"]
    assert [(row["event"], row["status"]) for row in logged] == [("ping", "delivered")]
    assert api.post(f"/api/v1/deliveries/{logged[0]['id']}/send-again/").json()["status"] == "waiting"
    assert api.patch(address, {"is_active": False}, format="json").json()["is_active"] is False
    assert strange.delete(address).status_code == 404
    assert api.delete(address).status_code == 204


def test_an_address_that_is_none_is_named(owner: Membership):
    api: APIClient = program(owner.merchant, "webhooks:write")
    answer = api.post("/api/v1/webhooks/", {"url": "http://10.0.0.1/", "events": EVENTS}, format="json")
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["url"])


def test_the_lists_cost_the_same_for_few_and_many(as_owner: Client, webhook: Webhook, receiver: Receiver):
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert as_owner.get(address).status_code == 200
        return len(found)

    addresses = [reverse("editing:webhooks"), reverse("editing:webhook", args=[webhook.key])]
    webhooks.webhook_ping(webhook=webhook)
    few = [queries(address) for address in addresses]
    for _ in range(4):
        other, _ = webhooks.webhook_create(merchant=webhook.merchant, url=receiver.url, events=EVENTS, by=None)
        webhooks.webhook_ping(webhook=other)
        webhooks.webhook_ping(webhook=webhook)
    assert [queries(address) for address in addresses] == few


def test_a_shop_has_so_many_and_no_more(as_owner: Client, webhook: Webhook, receiver: Receiver):
    sent = {"url": receiver.url, "events": EVENTS}
    for _ in range(webhooks.MAX_WEBHOOKS - 1):
        assert as_owner.post(reverse("editing:webhook-new"), sent).status_code == 200
    page = as_owner.post(reverse("editing:webhook-new"), sent)
    assert (page.status_code, "at most 10 webhooks" in page.content.decode()) == (422, True)
    assert Webhook.objects.count() == webhooks.MAX_WEBHOOKS


def test_a_repeat_brings_the_secret_which_is_kept_nowhere(owner: Membership, receiver: Receiver):
    api = program(owner.merchant, "webhooks:write")
    sent = {"url": receiver.url, "events": EVENTS}
    first, again = (
        api.post("/api/v1/webhooks/", sent, format="json", headers={"Idempotency-Key": "one"}) for _ in range(2)
    )
    assert first.json() == again.json()
    assert Webhook.objects.count() == 1
    assert first.json()["secret"] not in str(IdempotencyRecord.objects.values())


def test_a_token_for_edits_neither_sees_nor_adds_webhooks(owner: Membership, webhook: Webhook):
    api = program(owner.merchant, "catalog:read", "catalog:write", "edits:read", "edits:write")
    addresses = ["/api/v1/webhooks/", f"/api/v1/webhooks/{webhook.key}/", f"/api/v1/webhooks/{webhook.key}/deliveries/"]
    assert [api.get(address).status_code for address in addresses] == [403, 403, 403]
    assert api.post(addresses[0], {"url": "https://example.org/", "events": EVENTS}, format="json").status_code == 403
    assert Webhook.objects.count() == 1


def test_what_is_done_to_webhooks_is_logged(owner: Membership, as_owner: Client, receiver: Receiver):
    page = as_owner.post(reverse("editing:webhook-new"), {"url": receiver.url, "events": EVENTS})
    assert page.status_code == 200, page.content.decode()[-3000:]
    key = Webhook.objects.get().key
    as_owner.post(reverse("editing:webhook-secret", args=[key]))
    api = program(owner.merchant, "webhooks:write")
    assert api.patch(f"/api/v1/webhooks/{key}/", {"is_active": False}, format="json").status_code == 200
    assert api.delete(f"/api/v1/webhooks/{key}/").status_code == 204
    lines = AuditEntry.objects.filter(action__startswith="webhook", merchant=owner.merchant)
    assert list(lines.values_list("action", flat=True)) == [
        "webhook deleted", "webhook changed", "webhook secret renewed", "webhook added"
    ]  # fmt: skip
    assert lines[0].actor_name.startswith("API token")
