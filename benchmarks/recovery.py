"""Backup and recovery to a point in time, rehearsed: `python -m benchmarks.recovery --products 2000`.

Servers of its own archive their log; a base backup is taken while rows go on to be written; objects are copied afterwards.
Then somebody empties the shop and the bucket. The database is brought back to the moment before, the objects from their
copy, and it is checked that every row of that moment is there, no later one, and every object that a row names.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.db import connection

from deploy.local import ownership, postgres
from deploy.local.stack import Stack

SECONDS = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)  # PostgreSQL's own user works in it
        stack = Stack(folder / "stack")
        stack.start()
        try:
            os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="deploy.settings")
            stack.migrate()
            ownership.lend(stack.credentials)
            django.setup()
            Rehearsal(stack, folder).run(options.products)
        finally:
            connection.close()
            stack.stop()


class Rehearsal:
    """One accident and the way back, with the time of each step on standard output."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self.data, self.bucket = stack.folder / "postgres", stack.folder / "s3"
        self.archive, self.backup, self.objects = (folder / name for name in ("archive", "backup", "objects"))
        self.archive.mkdir()
        self._own(self.archive)

    def run(self, products: int) -> None:
        from benchmarks.storefront_rows import fill

        self._keep_the_log()
        self._timed("filled", lambda: fill(products))
        self._timed("base backup", self._back_up)
        add_stored_photos("after the backup", 20)
        self._timed("objects copied", lambda: shutil.copytree(self.bucket, self.objects))
        before = the_shop()
        moment = self._now()
        add_stored_photos("after the moment", 5)
        self._timed("accident", self._accident)
        self._timed("database brought back", lambda: self._recover(moment))
        self._timed("objects brought back", self._bring_objects_back)
        found = the_shop()
        if found != before or missing_objects():
            raise SystemExit(f"not recovered: {found} instead of {before}, {missing_objects()} objects missing")
        say(f"recovered to {moment}: {before}; every object that a row names is there")

    def _keep_the_log(self) -> None:
        settings = {"archive_mode": "on", "archive_command": f"cp %p {self.archive}/%f", "archive_timeout": "60"}
        with postgres.as_superuser(self.stack.credentials, "postgres") as server:
            for name, value in settings.items():
                server.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        self._restart(lambda: None)

    def _back_up(self) -> None:
        c = self.stack.credentials
        self.backup.mkdir()
        self._own(self.backup)
        subprocess.run(
            [postgres.binary("pg_basebackup"), "-h", "127.0.0.1", "-p", str(c.postgres_port), "-U", postgres.SUPERUSER,
             "-D", str(self.backup), "--checkpoint=fast", "--wal-method=none", "--no-sync"],
            env={"PGPASSWORD": c.superuser_password}, user=postgres.system_user(), cwd="/", check=True, capture_output=True,
        )  # fmt: skip
        size = sum(file.stat().st_size for file in self.backup.rglob("*") if file.is_file())
        say(f"the backup has {size / 1e6:.0f} MB")

    def _now(self) -> str:
        """The moment to come back to, and the end of what the log must hold."""
        with postgres.as_superuser(self.stack.credentials, "postgres") as server:
            (moment,) = server.execute("SELECT clock_timestamp()::text").fetchone() or ("",)
        return str(moment)

    def _accident(self) -> None:
        with ownership.as_owner(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE catalog_product CASCADE")
        with postgres.as_superuser(self.stack.credentials, "postgres") as server:
            (segment,) = server.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or ("",)
        self._until(lambda: (self.archive / segment).exists(), "the last of the log is archived")
        shutil.rmtree(self.bucket / "colorway", ignore_errors=True)

    def _recover(self, moment: str) -> None:
        def put_back() -> None:
            shutil.rmtree(self.data)
            shutil.copytree(self.backup, self.data)
            settings = {
                "restore_command": f"cp {self.archive}/%f %p",
                "recovery_target_time": moment,
                "recovery_target_action": "promote",
                "archive_mode": "off",  # a new history gets an archive of its own
            }
            with (self.data / "postgresql.auto.conf").open("a") as file:
                file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
            (self.data / "recovery.signal").touch()
            self._own(self.data)

        self._restart(put_back)
        self._until(lambda: not self._is_recovering(), "the log is replayed")

    def _bring_objects_back(self) -> None:
        self.stack.supervisor.halt("s3")
        shutil.rmtree(self.bucket)
        shutil.copytree(self.objects, self.bucket)
        self.stack.supervisor.run("s3")
        self.stack.wait_for("s3", self.stack._s3_answers)

    def _is_recovering(self) -> bool:
        with postgres.as_superuser(self.stack.credentials, "postgres") as server:
            return server.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)

    def _restart(self, between: Callable[[], None]) -> None:
        connection.close()
        connection.close_pool()
        self.stack.supervisor.halt("postgres")
        between()
        self.stack.supervisor.run("postgres")
        self.stack.wait_for("postgres", lambda: postgres.answers(self.stack.credentials), SECONDS)

    def _own(self, folder: Path) -> None:
        folder.chmod(0o700)
        if user := postgres.system_user():
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, user, user)

    def _timed(self, what: str, step: Callable[[], object]) -> None:
        started = time.perf_counter()
        step()
        say(f"{what}: {time.perf_counter() - started:.1f} s")

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise SystemExit(f"{what}: not within {SECONDS} s")
            time.sleep(0.1)


def add_stored_photos(title: str, count: int) -> None:
    """Products with a photo whose bytes are really stored."""
    from benchmarks.storefront_rows import SHADES, looks
    from catalog import storage
    from catalog.models import Merchant, Photo, Product

    merchant = Merchant.objects.earliest("pk")
    for number in range(count):
        name = f"{title} {number}"
        product = Product.objects.create(
            merchant=merchant, kind="shoe", title=name, slug=name.replace(" ", "-"), sku=name
        )
        key = storage.put("photos", name.encode(), content_type="image/png")
        Photo.objects.create(
            product=product, sha256=f"{product.pk:064}", source_sha256=f"{product.pk:064}", object_key=key,
            content_type="image/png", size=1, **looks(name, SHADES[0]),
        )  # fmt: skip


def the_shop() -> dict[str, int]:
    from catalog.models import Photo, Product, PublishedVariant, SearchEntry

    return {model.__name__: model.objects.count() for model in (Product, Photo, PublishedVariant, SearchEntry)}


def missing_objects() -> list[str]:
    """Of those that were stored at all: the filled rows' pictures never were."""
    from catalog import storage
    from catalog.models import Photo

    keys = Photo.objects.filter(content_type="image/png").values_list("object_key", flat=True)
    return [key for key in keys if storage.get(key) is None]


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
