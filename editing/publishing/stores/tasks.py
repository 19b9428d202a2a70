"""What Celery runs for stores, on the queue of what goes out."""

from celery import shared_task

from catalog.clock import every
from editing.publishing.stores import outbox
from editing.publishing.webhooks.deliveries import QUEUE

ROUND_SECONDS = 10.0


@shared_task(name=outbox.TASK)
def push_to_stores() -> int:
    return outbox.push_due()


every(ROUND_SECONDS, outbox.TASK, name="stores", queue=QUEUE)
