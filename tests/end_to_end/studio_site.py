"""The studio as it runs in production: uvicorn, preview worker, GPU worker and results worker on the test database."""

import io
import os
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import numpy as np
from django.conf import settings
from django.db import connection
from django.test import Client
from PIL import Image

from catalog.models import Membership, Photo, Role, User
from catalog.services.photos import photo_add
from catalog.services.products import product_create
from deploy.local.credentials import free_port
from editing.lifecycle.projections import projection_record
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.photos.decode import decode_photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.tasks.gallery import stored_projection
from tests.catalog.factories import MembershipFactory

ROOT = Path(__file__).resolve().parents[2]
MANIFOLDS = Path(os.environ.get("MANIFOLDS_DIR") or BUNDLES)
CELERY = ("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "warning")


@dataclass
class Site:
    """Processes by name; `lose` kills one as a crash would."""

    log: Path
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.run(
            "web",
            "uvicorn",
            "deploy.asgi:application",
            "--port",
            str(self.port),
            "--no-proxy-headers",
            "--timeout-graceful-shutdown",
            "1",
        )
        self.run("preview", "gpu_worker.live")
        queues = "preview,edit,project"
        self.run("gpu", "celery", "-A", "gpu_worker.tasks", "worker", "-Q", queues, "-c", "1", "-n", "gpu@%h", *CELERY)
        self.run(
            "results",
            "celery",
            "-A",
            "deploy.celery",
            "worker",
            "-Q",
            "results,webhooks",
            "-P",
            "solo",
            "-n",
            "r@%h",
            *CELERY,
        )
        self._wait_for_web()

    def run(self, name: str, *command: str) -> None:
        environment = os.environ | {
            "DATABASE_URL": _test_database_url(),
            "DJANGO_SETTINGS_MODULE": "deploy.settings",
            "MANIFOLDS_DIR": str(MANIFOLDS),
            "OMP_NUM_THREADS": "1",
            "DEBUG": "1",  # static files from the apps, without collecting them
            "METRICS_PORT": "0",
            "WEBHOOKS_ALLOW_PRIVATE": "1",  # stores and receivers on this machine
        }
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    def lose(self, name: str) -> None:
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

    def _wait_for_web(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):  # noqa: S310  our own address
                    return
            except (URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"the web server did not start; see {self.log}")


def _test_database_url() -> str:
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}" + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Shop:
    """A merchant's editor with two projected shoes."""

    member: Membership
    cookie: str
    photos: list[Photo]


def build_shop() -> Shop:
    member = MembershipFactory(role=Role.EDITOR)
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    engine = Engine.load(MANIFOLDS / "shoe")
    pictures = engine.sample(2, seed=5, spread=0.6)
    photos = [_photo(engine, member, member.user, picture, n) for n, picture in enumerate(pictures)]
    return Shop(member=member, cookie=client.cookies[settings.SESSION_COOKIE_NAME].value, photos=photos)


def _photo(engine: Engine, member: Membership, by: User, picture: np.ndarray, number: int) -> Photo:
    out = io.BytesIO()
    Image.fromarray(picture).resize((800, 800), Image.Resampling.BICUBIC).save(out, "PNG")
    fields = {"kind": "shoe", "title": f"Drawn shoe {number}", "sku": f"S{number}"}
    photo, _ = photo_add(
        product=product_create(merchant=member.merchant, fields=fields), name="drawn.png", data=out.getvalue(), by=by
    )
    projected = engine.project(decode_photo(out.getvalue()), settings=ProjectionSettings(method="encoder"))
    projection_record(photo=photo, stored=stored_projection(projected, photo.product.kind), seconds=projected.seconds)
    return photo
