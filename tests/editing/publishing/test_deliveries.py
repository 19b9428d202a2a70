import hashlib
import hmac
import json
import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from catalog.models import Membership, User
from editing.lifecycle import variants
from editing.models import DeliveryStatus, EditRequest, Webhook, WebhookDelivery
from editing.publishing.outbound import http, signature
from editing.publishing.webhooks import deliveries
from editing.publishing.webhooks import services as webhooks
from editing.services import review
from tests.editing.factories import rendered, stored_variant
from tests.editing.publishing.receiver import Receiver

pytestmark = pytest.mark.django_db
EVENTS = ["variant.approved"]


def _due() -> None:
    """As if the pause were over."""
    WebhookDelivery.objects.filter(status=DeliveryStatus.WAITING).update(next_at=Now())


def test_a_variants_life_is_told_and_signed(asked: EditRequest, webhook: Webhook, receiver: Receiver, reviewer: User):
    job = asked.jobs.select_related("photo__product__merchant").get()
    variant = variants.variant_record(job=job, stored=stored_variant())
    review.variant_approve(variant=review.locked(variant.key), by=reviewer)
    review.variant_take_down(variant=review.locked(variant.key), by=reviewer, why="sold out")
    assert deliveries.deliver_due() == 3
    events = [json.loads(sent.body) for sent in receiver.received]
    assert [event["event"] for event in events] == ["variant.rendered", "variant.approved", "variant.withdrawn"]
    assert [event["data"]["status"] for event in events] == ["pending", "approved", "withdrawn"]
    assert events[1]["data"]["page"].endswith("/signal-red/")
    assert {event["data"]["variant"] for event in events} == {str(variant.key)}

    first = receiver.received[0]
    assert first.path == "/hook?from=colorway"
    assert first.headers["Content-Type"] == "application/json"
    time, _, digest = first.headers["Colorway-Signature"].removeprefix("t=").partition(",v1=")
    secret = signature.secret_of(webhook).encode()
    assert hmac.new(secret, f"{time}.".encode() + first.body, hashlib.sha256).hexdigest() == digest
    assert first.headers["Colorway-Delivery"] == events[0]["id"]
    assert set(WebhookDelivery.objects.values_list("status", "status_code", "attempts")) == {("delivered", 204, 1)}


def test_a_receiver_that_fails_is_tried_again_with_growing_pauses_and_given_up(webhook: Webhook, receiver: Receiver):
    receiver.answers = [500] * 20
    webhooks.webhook_ping(webhook=webhook)
    pauses = []
    for attempt in range(1, deliveries.MAX_ATTEMPTS + 1):
        assert deliveries.deliver_due() == 1
        assert deliveries.deliver_due() == 0  # not before its pause is over
        row = WebhookDelivery.objects.get()
        assert (row.attempts, row.status_code, row.problem) == (attempt, 500, "The receiver answered 500.")
        if row.next_at:
            pauses.append(row.next_at - row.tried_at)
        _due()
    assert (row.status, row.next_at) == (DeliveryStatus.FAILED, None)
    assert len(pauses) == deliveries.MAX_ATTEMPTS - 1
    assert timedelta(seconds=9) <= pauses[0] <= timedelta(seconds=11)
    assert all(3 < later / earlier < 5 for earlier, later in pairwise(pauses))
    keys = {sent.headers["Colorway-Delivery"] for sent in receiver.received}
    assert (len(receiver.received), len(keys)) == (deliveries.MAX_ATTEMPTS, 1)


def test_send_again_brings_a_failed_one_under_the_same_key(webhook: Webhook, receiver: Receiver):
    webhooks.webhook_ping(webhook=webhook)
    WebhookDelivery.objects.update(status=DeliveryStatus.FAILED, attempts=8, next_at=None)
    deliveries.send_again(delivery=WebhookDelivery.objects.get())
    assert deliveries.deliver_due() == 1
    row = WebhookDelivery.objects.get()
    assert (row.status, row.attempts) == (DeliveryStatus.DELIVERED, 1)
    assert receiver.received[0].headers["Colorway-Delivery"] == str(row.key)


def test_redirects_are_not_followed(webhook: Webhook, receiver: Receiver):
    receiver.answers, receiver.location = [302], receiver.url.replace("/hook", "/elsewhere")
    webhooks.webhook_ping(webhook=webhook)
    deliveries.deliver_due()
    assert [sent.path for sent in receiver.received] == ["/hook?from=colorway"]
    assert WebhookDelivery.objects.get().problem == "Redirects are not followed."


def test_an_answer_that_drips_is_cut_off(webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.4)
    receiver.drip = threading.Event()
    try:
        outcome = http.post(receiver.url, b"{}", {})
    finally:
        receiver.drip.set()
    assert outcome.problem.startswith("No answer within")
    assert outcome.status_code is None


def test_nobody_at_the_address_is_no_crash(webhook: Webhook, receiver: Receiver):
    Webhook.objects.update(url="http://127.0.0.1:9/")
    webhooks.webhook_ping(webhook=webhook)
    deliveries.deliver_due()
    row = WebhookDelivery.objects.get()
    assert (row.status, row.problem) == ("waiting", "The receiver could not be reached: ConnectionRefusedError.")


def test_a_dead_receiver_does_not_keep_the_others_waiting(webhook: Webhook, receiver: Receiver, stranger: Membership):
    dead, _ = webhooks.webhook_create(merchant=stranger.merchant, url="http://127.0.0.1:9/", events=EVENTS, by=None)
    for _ in range(5):
        webhooks.webhook_ping(webhook=dead)
    webhooks.webhook_ping(webhook=webhook)
    assert deliveries.deliver_due() == 2
    assert len(receiver.received) == 1
    tried = WebhookDelivery.objects.filter(webhook=dead).values_list("attempts", flat=True)
    assert sorted(tried) == [0, 0, 0, 0, 1]


def test_the_log_forgets_what_is_long_over(webhook: Webhook):
    for status in ("delivered", "failed", "waiting"):
        for age in (1, 31):
            row = WebhookDelivery.objects.create(webhook=webhook, event="ping", payload={}, status=status)
            WebhookDelivery.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=age))
    assert deliveries.log_prune() == 2
    left = WebhookDelivery.objects.values_list("status", flat=True)
    assert sorted(left) == ["delivered", "failed", "waiting", "waiting"]


def test_only_chosen_events_of_the_own_shop_are_told(
    asked: EditRequest, webhook: Webhook, stranger: Membership, receiver: Receiver, reviewer: User
):
    webhooks.webhook_create(merchant=stranger.merchant, url=receiver.url, events=["variant.rejected"], by=None)
    webhooks.webhook_change(webhook=webhook, events=["variant.rejected"])
    first, second = rendered(asked)
    review.variant_approve(variant=review.locked(first.key), by=reviewer)
    review.variant_reject(variant=review.locked(second.key), by=reviewer, why="Colour is off")
    assert list(WebhookDelivery.objects.values_list("webhook", "event")) == [(webhook.pk, "variant.rejected")]
    assert WebhookDelivery.objects.get().payload["data"]["reason"] == "Colour is off"


def test_a_webhook_that_is_off_is_told_later(webhook: Webhook, receiver: Receiver):
    webhooks.webhook_ping(webhook=webhook)
    webhooks.webhook_change(webhook=webhook, is_active=False)
    assert deliveries.deliver_due() == 0
    webhooks.webhook_change(webhook=webhook, is_active=True)
    assert deliveries.deliver_due() == 1


def test_an_undone_decision_tells_nobody_of_what_was_rolled_back(asked: EditRequest, webhook: Webhook, reviewer: User):
    """The outbox is written in the decision's own transaction."""
    variant = rendered(asked)[0]

    @transaction.atomic
    def approve_and_stumble() -> None:
        review.variant_approve(variant=review.locked(variant.key), by=reviewer)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        approve_and_stumble()
    assert not WebhookDelivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_delivery_once(webhook: Webhook, receiver: Receiver):
    for _ in range(12):
        webhooks.webhook_ping(webhook=webhook)
    counts = []

    def work() -> None:
        try:
            counts.append(deliveries.deliver_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 12
    assert len({sent.headers["Colorway-Delivery"] for sent in receiver.received}) == len(receiver.received) == 12
