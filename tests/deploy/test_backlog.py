"""Metrics of the backlog: what alerts are made of."""

import pytest
from django.db import OperationalError
from prometheus_client import CollectorRegistry

from catalog.errors import TooOften
from catalog.models import Merchant
from deploy.backlog import Backlog
from editing.models import EditJob, EditRequest
from tests.editing.lifecycle.conftest import ask, merchant

pytestmark = pytest.mark.django_db


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Backlog())
    return registry


def test_open_jobs_are_counted_by_task_and_status():
    ask(merchant(), photos=3)
    EditJob.objects.update(is_dead=True)
    registry = _registry()
    assert registry.get_sample_value("colorway_database_up") == 1
    assert registry.get_sample_value("colorway_jobs", {"task": "render", "status": "waiting"}) == 3
    assert registry.get_sample_value("colorway_dead_letters") == 3
    assert registry.get_sample_value("colorway_database_bytes") > 1_000_000


def test_without_a_database_it_says_so(monkeypatch):
    registry = _registry()
    monkeypatch.setattr("deploy.backlog._jobs", _away)
    assert registry.get_sample_value("colorway_database_up") == 0
    assert registry.get_sample_value("colorway_dead_letters") is None


def _away():
    raise OperationalError("the database is away")
    yield


def test_a_shop_has_so_many_pictures_in_work_and_no_more():
    shop = merchant()
    Merchant.objects.filter(pk=shop.pk).update(job_quota=4)
    shop.refresh_from_db()
    ask(shop, photos=3)
    with pytest.raises(TooOften, match="3 pictures in work, and 4 is the most"):
        ask(shop, photos=2)
    assert EditRequest.objects.count() == 1
    ask(shop, photos=1)
    ask(merchant(), photos=5)  # others are not touched
