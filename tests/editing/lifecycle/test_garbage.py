from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog import storage
from catalog.models import Membership
from editing.lifecycle import garbage
from editing.models import EditJob, OwnPart, Variant
from tests.catalog.factories import PhotoFactory, ProductFactory, VariantFactory
from tests.editing.lifecycle.conftest import answer, sent_job, variant

pytestmark = pytest.mark.django_db
NOW = timedelta()


@pytest.fixture(autouse=True)
def _an_empty_bucket(db: None) -> None:
    storage.delete([item.key for item in garbage.find(min_age=-timedelta(days=1))])


def _store(prefix: str, text: str) -> str:
    return storage.put(prefix, text.encode(), content_type="text/plain")


def _found(min_age: timedelta = -timedelta(minutes=1)) -> set[str]:
    return {item.key for item in garbage.find(min_age=min_age)}


def test_what_no_row_names_is_garbage_and_everything_else_is_not(owner: Membership, broker: object):
    photo = PhotoFactory(product=ProductFactory(merchant=owner.merchant), object_key=_store("photos", "photo"))
    photo.thumbnails = {"160": _store("thumbs", "thumb")}
    photo.save()
    job = sent_job(owner.merchant)
    stored = variant() | {"key": _store("variants", "v"), "thumbnails": {"8": _store("thumbs", "vt")}}
    answer(job, "finished", variants=[stored | {"sequence_key": _store("sequences", "s")}], seconds=1)
    EditJob.objects.update(spec={"mask_key": _store("masks/1", "mask"), "bundle_keys": {"m": _store("bundles", "b")}})
    kept = Variant.objects.get().object_key
    orphan = {_store(prefix, "orphan") for prefix in ("photos", "thumbs", "variants", "sequences", "control/x")}
    assert _found() == orphan and kept not in orphan
    elsewhere = _store("backups", "not ours")
    assert elsewhere not in _found()


def test_nothing_younger_than_a_day_is_garbage(db: None):
    _store("variants", "just stored by a worker that has not answered yet")
    assert _found(garbage.MIN_AGE) == set()


def test_copies_of_what_was_withdrawn_go_at_once(db: None):
    shown, gone = _store("published/a", "shown"), _store("published/b", "gone")
    VariantFactory(object_key=shown, thumbnails={})
    VariantFactory(object_key=gone, thumbnails={}, withdrawn_at=timezone.now())
    assert _found(garbage.MIN_AGE) == {gone}


@pytest.mark.parametrize("prefix", garbage.PREFIXES)
def test_the_sweeper_may_ask_for_all_that_names_an_object(prefix: str):
    orphan = _store(prefix, "orphan")
    assert orphan in _found()


def test_the_strip_of_a_part_of_ones_own_is_no_garbage(owner: Membership):
    strip = _store("strips", "a part of one's own")
    OwnPart.objects.create(merchant=owner.merchant, kind="shoe", name="stripes", manifold_version="v1", strip_key=strip)
    assert strip not in _found()


def test_a_dry_run_deletes_nothing(db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    gone = _store("published/b", "gone")
    VariantFactory(object_key=gone, thumbnails={}, withdrawn_at=timezone.now())
    call_command("collect_garbage", "--dry-run")
    assert gone in capsys.readouterr().out and storage.exists(gone)
    call_command("collect_garbage")
    assert not storage.exists(gone)


def test_what_is_stored_anew_meanwhile_stays(db: None):
    key = _store("variants", "v")
    (item,) = garbage.find(min_age=-timedelta(minutes=1))
    old = garbage.Garbage(key=key, size=1, stored_at=item.stored_at - timedelta(days=2))
    assert not garbage.remove(old) and storage.exists(key)
    assert garbage.remove(item) and not storage.exists(key)
    assert not garbage.remove(item)


def test_dead_letters_are_listed_and_replayed(owner: Membership, broker: object, capsys: pytest.CaptureFixture[str]):
    from editing.lifecycle import failures

    job = sent_job(owner.merchant)
    failures.give_up(job, failures.WORKER_DIED, is_ours=True)
    EditJob.objects.update(finished_at=timezone.now())
    call_command("dead_letters")
    assert str(job.key) in capsys.readouterr().out
    call_command("dead_letters", "--replay", str(job.key))
    job.refresh_from_db()
    assert (job.status, job.is_dead) == ("waiting", False)
