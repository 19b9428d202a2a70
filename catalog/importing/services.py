"""An import's life: taken in and planned, begun by a person, done product by product, however often its worker dies."""

import logging
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import IO, Any

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import OperationalError

from catalog import storage
from catalog.errors import CatalogError, InvalidInput, TransitionRefused
from catalog.importing.archive import Archive
from catalog.importing.plan import CHANGED, NEW, SAME, Plan, PlannedProduct, changed_fields, plan
from catalog.models import ImportStatus, Merchant, Product, ProductImport, ProductKind, ProductStatus, User
from catalog.services import photos as photo_services
from catalog.services import products as product_services
from catalog.tenancy.wall import as_merchant, as_sweeper

log = logging.getLogger(__name__)

MAX_BYTES = 1_000_000_000
RUN_TASK = "catalog.import_go_on"
SLICE_SECONDS = 5.0  # then other work has its turn
SILENCE = timedelta(seconds=60)  # after which whoever worked on it is taken for dead
KEPT = timedelta(days=1)  # an archive that nobody brings in
FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    sku: str
    where: str
    does: str
    product: int | None = None
    photos: int = 0  # new ones
    error: str = ""


def import_plan(
    *, merchant: Merchant, files: Sequence[tuple[str, IO[bytes]]], kind: str, activates: bool, by: User | None
) -> ProductImport:
    """Take in a ZIP, or a table and photos, and plan what it would bring in. Raises InvalidInput or StorageError."""
    if kind not in ProductKind.values:
        raise InvalidInput("Say whether they are shoes or shirts, where no column says it.")
    with _as_archive(files) as (file, name):
        planned = plan(Archive(file), merchant=merchant, kind=kind)
        if not planned.products:
            raise InvalidInput("Nothing in it can be brought in.", extra={"left_out": planned.left_out})
        row = ProductImport(
            merchant=merchant,
            file_name=name[:200],
            kind=kind,
            activates=activates,
            created_by=by,
            plan=planned.as_json(),
        )
        file.seek(0)
        row.archive_key = storage.put_file(f"imports/{row.key}", file, content_type="application/zip")
        row.save()
    return row


@contextmanager
def _as_archive(files: Sequence[tuple[str, IO[bytes]]]) -> Iterator[tuple[IO[bytes], str]]:
    """The uploaded ZIP itself, or one made of the uploaded table and photos."""
    if not files:
        raise InvalidInput("Choose a ZIP file, or a table and its photos.")
    _check_size(file for _, file in files)
    name, file = files[0]
    if len(files) == 1 and name.lower().endswith(".zip"):
        yield file, name
        return
    if any(name.lower().endswith(".zip") for name, _ in files):
        raise InvalidInput("Send one ZIP by itself, or a table with photos.")
    with tempfile.TemporaryFile() as made:
        _pack(files, made)
        made.seek(0)
        yield made, f"{len(files)} files"


def _pack(files: Sequence[tuple[str, IO[bytes]]], into: IO[bytes]) -> None:
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as made:
        for name, file in files:
            with made.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
                for piece in iter(partial(file.read, 1 << 20), b""):
                    entry.write(piece)


def _check_size(files: Iterable[IO[bytes]]) -> None:
    total = 0
    for file in files:
        total += file.seek(0, 2)
        file.seek(0)
    if total > MAX_BYTES:
        raise InvalidInput(f"These are more than {MAX_BYTES // 1_000_000} MB. Send them in parts.")


@transaction.atomic
def import_begin(*, row: ProductImport) -> ProductImport:
    """Bring in what was planned; of a locked row. Raises TransitionRefused."""
    if row.status != ImportStatus.PLANNED:
        raise TransitionRefused("This import was begun, or dropped, already.")
    row.status, row.beat_at = ImportStatus.RUNNING, None
    row.save(update_fields=["status", "beat_at"])
    transaction.on_commit(partial(_send, row), robust=True)
    return row


@transaction.atomic
def import_drop(*, row: ProductImport) -> None:
    """What is brought in stays; nothing more comes. Of a locked row."""
    if row.status in {ImportStatus.PLANNED, ImportStatus.RUNNING}:
        _end(row, ImportStatus.DROPPED)


def _end(row: ProductImport, status: ImportStatus) -> None:
    key, row.archive_key, row.status, row.finished_at = row.archive_key, "", status, timezone.now()
    row.save(update_fields=["archive_key", "status", "finished_at", "position", "outcomes"])
    transaction.on_commit(partial(_forget, key), robust=True)


def _forget(key: str) -> None:
    if key:
        storage.delete([key])


def _send(row: ProductImport) -> None:
    """By the broker; without it the clock goes on with it."""
    try:
        current_app.send_task(RUN_TASK, args=[row.pk], queue="results", retry=False, ignore_result=True)
    except OperationalError as error:
        log.warning("the broker took no import", extra={"import": str(row.key), "error": str(error)})


def imports_go_on() -> int:
    """Imports on which nobody works."""
    silent = Q(beat_at=None) | Q(beat_at__lt=timezone.now() - SILENCE)
    with as_sweeper():
        rows = list(ProductImport.objects.filter(silent, status=ImportStatus.RUNNING))
    for row in rows:
        _send(row)
    return len(rows)


def imports_forget() -> int:
    """Plans of yesterday that nobody wanted."""
    planned = ProductImport.objects.filter(status=ImportStatus.PLANNED, created_at__lt=timezone.now() - KEPT)
    with as_sweeper():
        old = list(planned)
    for row in old:
        with as_merchant(row.merchant_id):
            import_drop(row=ProductImport.objects.select_for_update().get(pk=row.pk))
    return len(old)


def import_go_on(pk: int) -> bool:
    """Work on it for a while; True where more is to do. Whoever comes while another works goes away."""
    if not _claim(pk):
        return False
    row = ProductImport.objects.select_related("merchant").get(pk=pk)
    deadline = time.monotonic() + SLICE_SECONDS
    with storage.open_stored(row.archive_key) as file:
        archive = Archive(file)
        products = Plan.from_json(row.plan).products
        while row.position < len(products) and time.monotonic() < deadline:
            outcome = product_bring_in(products[row.position], archive, row)
            if not _record(row, outcome):
                return False  # dropped meanwhile
    return _release(row, is_done=row.position >= len(products))


def _claim(pk: int) -> bool:
    """By the database's clock, in one statement."""
    free = Q(beat_at=None) | Q(beat_at__lt=Now() - SILENCE)
    rows = ProductImport.objects.filter(free, pk=pk, status=ImportStatus.RUNNING)
    return bool(rows.update(beat_at=Now()))


@transaction.atomic
def _record(row: ProductImport, outcome: Outcome) -> bool:
    row.position += 1
    row.outcomes = [*row.outcomes, asdict(outcome)]
    running = ProductImport.objects.filter(pk=row.pk, status=ImportStatus.RUNNING)
    return bool(running.update(position=row.position, outcomes=row.outcomes, beat_at=Now()))


@transaction.atomic
def _release(row: ProductImport, *, is_done: bool) -> bool:
    locked = ProductImport.objects.select_for_update().get(pk=row.pk)
    if locked.status == ImportStatus.RUNNING and is_done:
        _end(locked, ImportStatus.DONE)
        return False
    ProductImport.objects.filter(pk=row.pk, status=ImportStatus.RUNNING).update(beat_at=None)
    return locked.status == ImportStatus.RUNNING


def product_bring_in(planned: PlannedProduct, archive: Archive, row: ProductImport) -> Outcome:
    """One product with all of its photos, or nothing of it and a sentence that says why."""
    outcome = partial(Outcome, sku=planned.sku, where=planned.where)
    if planned.error:
        return outcome(does=FAILED, error=planned.error)
    try:
        with transaction.atomic():
            product, does, photos = _bring_in(planned, archive, row)
    except CatalogError as error:
        details = [" ".join(map(str, notes)) for notes in error.extra.values() if isinstance(notes, list)]
        return outcome(does=FAILED, error=" ".join([error.message, *details])[:400])
    except storage.StorageError:
        return outcome(does=FAILED, error="A photo could not be stored just now. Bring the same file in again later.")
    return outcome(does=does, product=product.pk, photos=photos)


def _bring_in(planned: PlannedProduct, archive: Archive, row: ProductImport) -> tuple[Product, str, int]:
    product = row.merchant.products.select_for_update().filter(sku=planned.sku).first()
    does = SAME
    if product is None:
        fields: dict[str, Any] = {**planned.defaults, **planned.fields, "sku": planned.sku}
        product, does = product_services.product_create(merchant=row.merchant, fields=fields), NEW
    elif fields := changed_fields(product, planned.fields):
        product, does = product_services.product_update(product=product, fields=fields), CHANGED
    photos = sum(_bring_in_photo(product, member, archive, row) for member in planned.photos)
    if photos and does == SAME:
        does = CHANGED
    if row.activates and does == NEW:
        product = product_services.product_move(product=product, status=ProductStatus.ACTIVE)
    return product, does, photos


def _bring_in_photo(product: Product, member: str, archive: Archive, row: ProductImport) -> bool:
    name = member.replace("\\", "/").rpartition("/")[2][-200:]
    try:
        return photo_services.photo_add_once(product=product, name=name, data=archive.read(member), by=row.created_by)
    except CatalogError as error:
        raise InvalidInput(f"{name}: {error.message}") from error
