"""Sending what is due. A delivery is claimed in one transaction, sent outside any, and recorded in another."""

import json
import logging
import random
import time
from datetime import timedelta

from celery import current_app
from django.db import transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from editing.models import DeliveryStatus, WebhookDelivery
from editing.publishing.outbound import http, signature

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
FIRST_PAUSE, GROWTH = timedelta(seconds=10), 4  # 10 s, 40 s, 160 s, ... : eight tries in about fifteen hours
HOLD = timedelta(seconds=10)  # for what else waits for a receiver that just failed
KEPT = timedelta(days=30)  # in the log
LEASE = timedelta(seconds=60)  # longer than any try takes; then another worker may have it
BATCH = 50  # in one task, so that tasks end
QUEUE, TASK = "webhooks", "editing.deliver_webhooks"


def wake() -> None:
    """Have what is due sent now. Where the broker is away, beat's next round does it."""
    try:
        current_app.send_task(TASK, queue=QUEUE, retry=False, ignore_result=True)
    except OperationalError as error:
        log.warning("webhooks wait for the next round", extra={"error": str(error)})


def deliver_due(limit: int = BATCH) -> int:
    """Send up to `limit` due deliveries; answers how many were tried."""
    for count in range(limit):
        delivery = _claim()
        if delivery is None:
            return count
        _record(delivery, _send(delivery))
    wake()  # there may be more
    return limit


@transaction.atomic
def _claim() -> WebhookDelivery | None:
    due = WebhookDelivery.objects.filter(status=DeliveryStatus.WAITING, next_at__lte=Now(), webhook__is_active=True)
    rows = due.select_related("webhook").select_for_update(skip_locked=True, of=("self",))
    delivery = rows.order_by("next_at").first()
    if delivery is not None:
        delivery.attempts += 1
        WebhookDelivery.objects.filter(pk=delivery.pk).update(attempts=delivery.attempts, next_at=Now() + LEASE)
    return delivery


def _send(delivery: WebhookDelivery) -> http.Outcome:
    body = json.dumps(delivery.payload, separators=(",", ":")).encode()
    signed = signature.sign(signature.secret_of(delivery.webhook), body, at=int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Colorway-Webhooks/1",
        "Colorway-Event": delivery.event,
        "Colorway-Delivery": str(delivery.key),
        signature.HEADER: signed,
    }
    return http.post(delivery.webhook.url, body, headers)


def _record(delivery: WebhookDelivery, outcome: http.Outcome) -> None:
    """Only for the try that was claimed: another worker may have taken over a slow one."""
    is_last = delivery.attempts >= MAX_ATTEMPTS
    failed = DeliveryStatus.FAILED if is_last else DeliveryStatus.WAITING
    again = None if is_last or not outcome.problem else Now() + pause_after(delivery.attempts)
    ours = WebhookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, status=DeliveryStatus.WAITING)
    ours.update(
        status=failed if outcome.problem else DeliveryStatus.DELIVERED,
        next_at=again,
        status_code=outcome.status_code,
        problem=outcome.problem,
        milliseconds=outcome.milliseconds,
        tried_at=Now(),
    )
    if outcome.problem:
        _hold(delivery)


def _hold(failed: WebhookDelivery) -> None:
    """One dead receiver with thousands of deliveries must not keep every worker waiting for it."""
    others = WebhookDelivery.objects.filter(webhook=failed.webhook_id, status=DeliveryStatus.WAITING)
    others.exclude(pk=failed.pk).filter(next_at__lt=Now() + HOLD).update(next_at=Now() + HOLD)


def pause_after(attempts: int) -> timedelta:
    """Growing, and never the same for all, so that a receiver that comes back is not hit by everything at once."""
    return FIRST_PAUSE * (float(GROWTH) ** (attempts - 1) * random.uniform(0.9, 1.1))  # noqa: S311  no secret


@transaction.atomic
def send_again(*, delivery: WebhookDelivery) -> None:
    """A person asks for another round of a locked delivery; the receiver knows it by its key."""
    delivery.status, delivery.attempts, delivery.problem = DeliveryStatus.WAITING, 0, ""
    delivery.save(update_fields=["status", "attempts", "problem"])
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_at=Now())
    transaction.on_commit(wake)


def log_prune() -> int:
    """Forget what is long over."""
    over = WebhookDelivery.objects.exclude(status=DeliveryStatus.WAITING).filter(created_at__lt=Now() - KEPT)
    return over.delete()[0]
