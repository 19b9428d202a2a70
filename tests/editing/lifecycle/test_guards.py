"""With a guard off its fault does harm. (Fencing, conditional moves, sweep and attempt limit: beside their tests.)"""

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.models import Membership
from deploy.local.ownership import as_owner
from editing.lifecycle import dispatch
from editing.lifecycle.answers import DOUBT
from editing.lifecycle.guards import guards
from editing.models import EditJob, Variant
from gpu_worker import storage as worker_storage
from gpu_worker.core.guards import guards as worker_guards
from tests.editing.lifecycle.conftest import answer, begin, listening, sent_job, silent, variant


@pytest.mark.django_db
def test_without_one_per_candidate_and_the_unique_key_a_variant_is_there_twice(owner: Membership, broker: object):
    job = sent_job(owner.merchant)
    guards.one_per_candidate = False
    answer(job, "variant", variant=variant())
    with pytest.raises(IntegrityError), transaction.atomic():  # the second lock
        answer(job, "variant", variant=variant())
    with as_owner(), connection.cursor() as cursor:  # rolled back with the test
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE editing_variant DROP CONSTRAINT variant_once_per_candidate")
    answer(job, "variant", variant=variant())
    assert Variant.objects.filter(job=job, candidate=0).count() == 2  # harm


def test_without_content_addresses_a_late_worker_replaces_what_was_approved(stack: object):
    def store(text: bytes) -> str:
        return worker_storage.put("variants", text, content_type="image/webp")

    approved, late = store(b"approved"), store(b"late")
    assert worker_storage.get(approved) == b"approved" and approved != late
    worker_guards.content_address = False
    try:
        approved = store(b"approved")
        store(b"late")
        assert worker_storage.get(approved) == b"late"  # harm
    finally:
        worker_guards.content_address = True


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-5, 5])
def test_leases_follow_the_clock_of_the_database_alone(
    owner: Membership, broker: object, monkeypatch: pytest.MonkeyPatch, hours: int
):
    """The hosts' clocks are wrong by hours, each its own way."""
    import time
    from datetime import timedelta

    from django.utils import timezone

    from editing.lifecycle.sweep import sweep

    listening()
    job = sent_job(owner.merchant)
    right, stopwatch = timezone.now, time.time
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(hours=hours))
    monkeypatch.setattr(time, "time", lambda: stopwatch() + 3600 * hours)
    begin(job)
    assert abs(job.lease_until - right() - dispatch.LEASE) < DOUBT
    assert sweep()["expired"] == 0
    silent(EditJob.objects.get(), 0.1)
    assert sweep()["expired"] == 1
