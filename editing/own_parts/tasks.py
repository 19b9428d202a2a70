"""What arrives on the queue `results` for parts of a merchant's own."""

from typing import Any

from celery import shared_task

from editing.own_parts.services import own_part_record
from gpu_worker.contract.unit_groups import RECORD_UNIT_GROUP, UnitGroupAnswer


@shared_task(name=RECORD_UNIT_GROUP, queue="results")
def record_unit_group(message: dict[str, Any]) -> None:
    own_part_record(UnitGroupAnswer.model_validate(message))
