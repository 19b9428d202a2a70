"""What Celery runs for stores, on the queue of what goes out."""

from typing import Any

from celery import Celery, current_app, shared_task

from editing.publishing.stores import outbox
from editing.publishing.webhooks.deliveries import QUEUE

ROUND_SECONDS = 10.0


@shared_task(name=outbox.TASK)
def push_to_stores() -> int:
    return outbox.push_due()


@current_app.on_after_finalize.connect
def schedule(sender: Celery, **_: Any) -> None:
    sender.add_periodic_task(ROUND_SECONDS, push_to_stores.s(), name="stores", queue=QUEUE)
