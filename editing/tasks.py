"""What runs on the Django side's Celery workers. Thin: each calls one service."""

from typing import Any

from celery import shared_task

from catalog.clock import every
from editing.lifecycle import answers
from editing.lifecycle.sweep import sweep as run_sweep
from editing.notices.services import notices_mail
from editing.shopper import previews, searches
from gpu_worker.contract.answers import RECORD_ANSWER

SWEEP_SECONDS = 1.0
MAIL_SECONDS = 20.0


@shared_task(name=RECORD_ANSWER, autoretry_for=(Exception,), retry_backoff=1, retry_backoff_max=10, max_retries=60)
def record_answer(message: dict[str, Any]) -> None:
    answers.record(message) or previews.record(message) or searches.record(message)


@shared_task(name="editing.sweep")
def sweep() -> dict[str, int]:
    return run_sweep()


@shared_task(name="editing.mail_notices", expires=MAIL_SECONDS)
def mail_notices() -> int:
    return notices_mail()


# Without an expiry: that would be judged by another host's clock. Sweeps that piled up are over at once.
every(SWEEP_SECONDS, "editing.sweep", name="sweep", queue="results")
every(MAIL_SECONDS, "editing.mail_notices", name="mail notices", queue="results", expires=MAIL_SECONDS)
