"""Bringing stores to what they should be. An item is claimed in one transaction, sent outside any, recorded in another."""

import logging
from datetime import timedelta

from celery import current_app
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import OperationalError

from editing.models import ItemStatus, StoreItem
from editing.publishing.stores.clients import CLIENTS
from editing.publishing.stores.errors import StoreRefused
from editing.publishing.stores.goods import goods_of
from editing.publishing.webhooks.deliveries import QUEUE

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
LEASE = timedelta(minutes=5)  # longer than any product takes; then another worker may have it
BATCH = 20  # in one task, so that tasks end
TASK = "editing.push_to_stores"


def wake() -> None:
    """Have what is due sent now. Where the broker is away, beat's next round does it."""
    try:
        current_app.send_task(TASK, queue=QUEUE, retry=False, ignore_result=True)
    except OperationalError as error:
        log.warning("stores wait for the next round", extra={"error": str(error)})


def product_changed(product_id: int) -> None:
    """Stores that have this product are to have it as it is now."""
    there = StoreItem.objects.filter(product=product_id, is_wanted=True).exclude(remote_id="")
    if there.update(status=ItemStatus.WAITING, attempts=0, next_at=Now(), changed_at=timezone.now()):
        transaction.on_commit(wake)


def push_due(limit: int = BATCH) -> int:
    """Send up to `limit` due items; answers how many were tried."""
    for count in range(limit):
        item = _claim()
        if item is None:
            return count
        _settle(item)
    wake()  # there may be more
    return limit


@transaction.atomic
def _claim() -> StoreItem | None:
    due = StoreItem.objects.filter(status=ItemStatus.WAITING, next_at__lte=Now())
    item = (
        due.select_related("store").select_for_update(skip_locked=True, of=("self",)).order_by("next_at", "pk").first()
    )
    if item is not None:
        item.attempts += 1
        StoreItem.objects.filter(pk=item.pk).update(attempts=item.attempts, next_at=Now() + LEASE)
    return item


def _settle(item: StoreItem) -> None:
    try:
        remote_id, digest = _push(item) if item.is_wanted else _remove(item)
    except StoreRefused as error:
        _record_problem(item, error)
    else:
        _record(item, status=ItemStatus.DONE, remote_id=remote_id, digest=digest, problem="", next_at=None)


def _push(item: StoreItem) -> tuple[str, str]:
    """What is there already as it should be is not sent again."""
    goods = goods_of(item.product_id)
    if goods is None:  # no longer in the shop, so neither in the store
        return _remove(item)
    if item.remote_id and item.digest == goods.digest:
        return item.remote_id, item.digest
    return CLIENTS[item.store.kind].push(item.store, goods, item.remote_id), goods.digest


def _remove(item: StoreItem) -> tuple[str, str]:
    if item.remote_id:
        CLIENTS[item.store.kind].remove(item.store, item.remote_id)
    return "", ""


def _record_problem(item: StoreItem, error: StoreRefused) -> None:
    is_over = not error.worth_retrying or item.attempts >= MAX_ATTEMPTS
    again = None if is_over else timezone.now() + timedelta(seconds=5 * 4**item.attempts)
    status = ItemStatus.FAILED if is_over else ItemStatus.WAITING
    _record(item, status=status, problem=error.message[:300], next_at=again)


def _record(item: StoreItem, **change: object) -> None:
    """The wish may have changed meanwhile: then only what is known of the store is written, and the item stays due."""
    ours = StoreItem.objects.filter(pk=item.pk)
    if not ours.filter(attempts=item.attempts, is_wanted=item.is_wanted).update(**change, changed_at=timezone.now()):
        known = {name: change[name] for name in ("remote_id", "digest") if name in change}
        ours.update(**known, changed_at=timezone.now())
