"""What Celery runs for webhooks, on a queue of its own: a slow receiver must not hold up workers' answers."""

from celery import shared_task

from catalog.clock import every
from editing.publishing.webhooks import deliveries

ROUND_SECONDS, PRUNE_SECONDS = 5.0, 3600.0


@shared_task(name=deliveries.TASK)
def deliver_webhooks() -> int:
    return deliveries.deliver_due()


@shared_task(name="editing.prune_webhook_log")
def prune_log() -> int:
    return deliveries.log_prune()


every(ROUND_SECONDS, deliveries.TASK, name="webhooks", queue=deliveries.QUEUE)
every(PRUNE_SECONDS, "editing.prune_webhook_log", name="webhook log", queue=deliveries.QUEUE)
