"""What Celery runs for webhooks, on a queue of its own: a slow receiver must not hold up workers' answers."""

from typing import Any

from celery import Celery, current_app, shared_task

from editing.publishing.webhooks import deliveries

ROUND_SECONDS, PRUNE_SECONDS = 5.0, 3600.0


@shared_task(name=deliveries.TASK)
def deliver_webhooks() -> int:
    return deliveries.deliver_due()


@shared_task(name="editing.prune_webhook_log")
def prune_log() -> int:
    return deliveries.log_prune()


@current_app.on_after_finalize.connect
def schedule(sender: Celery, **_: Any) -> None:
    sender.add_periodic_task(ROUND_SECONDS, deliver_webhooks.s(), name="webhooks", queue=deliveries.QUEUE)
    sender.add_periodic_task(PRUNE_SECONDS, prune_log.s(), name="webhook log", queue=deliveries.QUEUE)
