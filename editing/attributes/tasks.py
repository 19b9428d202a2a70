"""What arrives on the queue `results` for the studio."""

from typing import Any

from celery import shared_task

from editing.attributes.services import attribute_record, principal_record
from gpu_worker.contract.attributes import RECORD_ATTRIBUTE, RECORD_PRINCIPAL, AttributeAnswer, PrincipalAnswer


@shared_task(name=RECORD_ATTRIBUTE, queue="results")
def record_attribute(message: dict[str, Any]) -> None:
    attribute_record(AttributeAnswer.model_validate(message))


@shared_task(name=RECORD_PRINCIPAL, queue="results")
def record_principal(message: dict[str, Any]) -> None:
    principal_record(PrincipalAnswer.model_validate(message))
