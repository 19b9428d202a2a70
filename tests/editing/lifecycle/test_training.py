from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog import storage
from catalog.models import ProductKind
from editing.lifecycle import answers, messages, training
from editing.lifecycle.states import JobStatus
from editing.models import EditJob, Task
from gpu_worker.contract.jobs import TrainJob
from tests.catalog.factories import MerchantFactory, PhotoFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(training, "LEAST_PHOTOS", 3)
    merchant = MerchantFactory()
    PhotoFactory.create_batch(3, product=ProductFactory(merchant=merchant, kind=ProductKind.SHOE, synthetic=False))
    PhotoFactory(product=ProductFactory(merchant=merchant, kind=ProductKind.SHIRT, synthetic=False))
    PhotoFactory(product=ProductFactory(kind=ProductKind.SHOE, synthetic=False))  # another merchant's
    return merchant


def finish(job: EditJob, keys: dict[str, str]) -> None:
    EditJob.objects.filter(pk=job.pk).update(status=JobStatus.SENT, token=1)
    assert answers.record(
        {"type": "finished", "job": str(job.key), "token": 1, "worker": "w", "seconds": 1.0, "bundle_keys": keys}
    )
    job.refresh_from_db()


def test_a_training_takes_the_merchants_own_photos_of_the_kind(shop) -> None:
    job = training.training_ask(merchant=shop, kind=ProductKind.SHOE, steps=7)
    job.token = 1  # as when it is given out
    message = messages.for_job(job)
    assert isinstance(message, TrainJob)
    assert (message.kind, message.steps, len(message.photos)) == ("shoe", 7, 3)


def test_a_small_catalogue_is_refused_with_its_count(shop) -> None:
    with pytest.raises(training.TooFewPhotos, match="has 1 shirt photos"):
        training.training_ask(merchant=shop, kind=ProductKind.SHIRT, steps=7)
    assert not EditJob.objects.filter(task=Task.TRAIN).exists()


def test_the_command_fetches_the_bundle_to_be_looked_at(shop, tmp_path: Path) -> None:
    job = training.training_ask(merchant=shop, kind=ProductKind.SHOE, steps=7)
    with pytest.raises(training.NotTrained, match="waiting"):
        training.trained_bundle_fetch(job=job, out=tmp_path)
    keys = {
        name: storage.put("bundles", name.encode(), content_type="x/y") for name in ("card.json", "weights.safetensors")
    }
    finish(job, keys)
    said = StringIO()
    call_command("train_manifold", job=str(job.key), out=tmp_path, stdout=said)
    assert (tmp_path / "shoe" / "card.json").read_bytes() == b"card.json"
    assert "shoe holds the bundle" in said.getvalue()


def test_an_unknown_merchant_is_an_error(shop) -> None:
    with pytest.raises(CommandError, match="slug"):
        call_command("train_manifold", merchant="nobody")
