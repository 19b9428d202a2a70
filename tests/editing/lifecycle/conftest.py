"""Requests with jobs, the messages that the broker holds, and a worker's answers, against the real servers."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import valkey
from django.db.models.functions import Now

from catalog.models import Membership, Merchant, Role
from deploy.local.stack import Stack
from editing.lifecycle import answers, dispatch
from editing.lifecycle.guards import Guards, guards
from editing.lifecycle.requests import Colourways, request_colourways
from editing.lifecycle.sweep import TOO_SOON
from editing.models import EditJob, EditRequest, SweepClock
from gpu_worker.contract.jobs import NamedSwatch
from tests.catalog.factories import MembershipFactory, MerchantFactory, PhotoFactory, ProductFactory

COLOURS = ("#c1121f", "#1d3557", "#2a9d8f", "#e9c46a", "#f4a261", "#264653")


@pytest.fixture
def owner(db: None) -> Membership:
    return MembershipFactory(role=Role.OWNER)


@pytest.fixture
def broker(stack: Stack) -> Iterator[valkey.Valkey]:
    client = valkey.Valkey.from_url(stack.environment["BROKER_URL"])
    client.flushall()
    yield client
    client.flushall()


@pytest.fixture(autouse=True)
def _sweeps_may_follow_each_other_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("editing.lifecycle.sweep.TOO_SOON", timedelta())


@pytest.fixture(autouse=True)
def _every_guard_is_on() -> Iterator[None]:
    yield
    guards.__dict__.update(Guards().__dict__)


def ask(merchant: Merchant, *, photos: int = 1, colours: int = 2, name: str = "Colour") -> EditRequest:
    """A colourway request over new photos of one product."""
    product = ProductFactory(merchant=merchant)
    swatches = [NamedSwatch(name=name if colours == 1 else f"{name} {n}", colour=COLOURS[n]) for n in range(colours)]
    return request_colourways(
        merchant=merchant,
        by=None,
        photos=PhotoFactory.create_batch(photos, product=product),
        asked=Colourways(swatches=swatches),
    )


def merchant() -> Merchant:
    return MerchantFactory()


def messages(broker: valkey.Valkey, queue: str = "edit") -> list[dict[str, Any]]:
    """What the broker holds, next one first."""
    held = []
    for key in (queue, *(f"{queue}\x06\x16{step}" for step in (3, 6, 9))):
        for raw in reversed(broker.lrange(key, 0, -1)):
            held.append(json.loads(b64decode(json.loads(raw)["body"]))[0][0])
    return held


def answer(job: EditJob, type: str, *, token: int | None = None, **fields: Any) -> bool:
    """Record a worker's answer about a job, under its own token unless another is given."""
    body = {"job": str(job.key), "token": job.token if token is None else token, "worker": "w:1", "type": type}
    recorded = answers.record(body | fields)
    job.refresh_from_db()
    return recorded


def begin(job: EditJob, **fields: Any) -> bool:
    return answer(job, "heartbeat", stage="fetch", **fields)


def variant(candidate: int = 0, *, mark: str = "a") -> dict[str, Any]:
    sha = (mark * 64)[:64]
    return {
        "candidate": candidate, "colour_name": "Rust", "swatch": "#b7410e", "measured": {"l": 40, "a": 40, "b": 40},
        "key": f"variants/{sha}", "sha256": sha, "content_type": "image/webp", "width": 8, "height": 8,
        "thumbnails": {"8": f"thumbs/{sha}"}, "w_plus": "AAAA", "manifold_version": "v1", "measures": {"x": 1.0},
    }  # fmt: skip


def sent_job(merchant: Merchant, **request: Any) -> EditJob:
    """One job that is with the broker."""
    asked = ask(merchant, **request)
    dispatch.dispatch()
    return EditJob.objects.get(request=asked)


def silent(job: EditJob, seconds: float = 1) -> None:
    """As if the last sign of life were a lease ago."""
    EditJob.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=seconds))


def listening(seconds: float = 60) -> None:
    """As if the sweep had run without a gap for so long."""
    SweepClock.objects.all().delete()
    SweepClock.objects.bulk_create(
        [SweepClock(pk=1, last_at=Now() - TOO_SOON, steady_since=Now() - timedelta(seconds=seconds))]
    )


Ask = Callable[..., EditRequest]
