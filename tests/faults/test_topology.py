"""The whole topology as processes: TLS proxy, two webs behind a pooler, four GPU workers, two results workers, beat.

While programs ask for edits through the proxy, parts of it are killed, and a new release takes over one process at a
time. Every request is accepted once, every job is done once, and reading goes on all the while.
"""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest
from django.conf import settings

from catalog.models import Photo
from catalog.services.tokens import token_create
from deploy.local.credentials import free_port
from editing.models import EditRequest, Variant
from tests.catalog.factories import PhotoFactory, active_product
from tests.editing.lifecycle.conftest import merchant
from tests.faults.rig import ROOT, Rig

PATHS = f"{os.environ.get('PATH', '')}:/usr/sbin"
NEEDED = [name for name in ("nginx", "pgbouncer", "openssl") if not shutil.which(name, path=PATHS)]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(NEEDED), reason=f"not installed: {', '.join(NEEDED)}; apt-get install nginx-light pgbouncer"
    ),
]
ASKED = 40
WEBS, MORE_WORKERS = ("web-1", "web-2"), ("three", "four")


class Topology:
    def __init__(self, rig: Rig, folder: Path) -> None:
        self.rig, self.folder = rig, folder
        self.ports = {name: free_port() for name in (*WEBS, "proxy", "pooler")}
        self.accepted: list[str] = []
        self.failed_reads = 0
        self._lock = threading.Lock()

    def start(self) -> None:
        self._start_pooler()
        for name in WEBS:
            self.start_web(name, release="1")
        self._start_proxy()
        for name in MORE_WORKERS:
            self.rig.start_worker(name)
        self.rig._start("pooled-recorder", "tests.faults.quick_recorder", "-Q", "results", "-c", "2", "-P", "threads",
                        environment=self.django())  # fmt: skip
        self.rig.ready("pooled-recorder", *MORE_WORKERS)
        for name in WEBS:
            self.web_is_up(name)

    def django(self) -> dict[str, str]:
        """The settings of a release behind pooler and proxy."""
        database = settings.DATABASES["default"]["NAME"]
        return self.rig.stack.environment | {
            "DATABASE_URL": f"postgresql://colorway_app@127.0.0.1:{self.ports['pooler']}/{database}",
            "DATABASE_POOLER": "1", "DJANGO_SETTINGS_MODULE": "deploy.settings", "PRODUCTION": "1", "TRUSTED_PROXIES": "127.0.0.1/32",
            "ALLOWED_HOSTS": "colorway.example,localhost,127.0.0.1",
        }  # fmt: skip

    def start_web(self, name: str, *, release: str) -> None:
        command = [
            *(sys.executable, "-m", "uvicorn", "deploy.asgi:application"),
            "--host",
            "127.0.0.1",
            "--port",
            str(self.ports[name]),
            "--no-access-log",
            "--no-proxy-headers",
            "--timeout-graceful-shutdown",
            "10",
        ]
        self.rig._launch(name, command, self.django() | {"RELEASE": release})

    def _start_pooler(self) -> None:
        c, database = self.rig.stack.credentials, settings.DATABASES["default"]["NAME"]
        file = self.folder / "pgbouncer.ini"
        file.write_text(
            f"[databases]\n{database} = host=127.0.0.1 port={c.postgres_port} dbname={database} user=colorway_app "
            f"password={c.database_password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.ports['pooler']}\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 10\nmax_client_conn = 200\n"
            "ignore_startup_parameters = extra_float_digits,options\nunix_socket_dir =\n"
        )
        as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
        self.rig._launch("pooler", [shutil.which("pgbouncer", path=PATHS), *as_nobody, "-q", str(file)], {})

    def _start_proxy(self) -> None:
        """The proxy of deploy/compose, with this machine's ports."""
        store = self.rig.stack.environment["S3_ENDPOINT_URL"].removeprefix("http://")
        self._make_certificate()
        text = (ROOT / "deploy/compose/nginx.conf").read_text()
        servers = "\n".join(f"server 127.0.0.1:{self.ports[name]} max_fails=1 fail_timeout=1s;" for name in WEBS)
        text = text.replace("server web:8000 max_fails=1 fail_timeout=2s;", servers)
        text = text.replace("listen 8443 ssl", f"listen 127.0.0.1:{self.ports['proxy']} ssl").replace("s3:9000", store)
        text = text.replace("/etc/nginx/tls", str(self.folder)).replace("/tmp/nginx", f"{self.folder}/nginx")  # noqa: S108
        (self.folder / "nginx.conf").write_text(text)
        self.rig._launch(
            "proxy", [shutil.which("nginx", path=PATHS), "-c", str(self.folder / "nginx.conf"), "-g", "daemon off;"], {}
        )

    def _make_certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", self.folder / "colorway.key", "-out", self.folder / "colorway.crt"],
            check=True, capture_output=True,
        )  # fmt: skip

    def web_is_up(self, name: str) -> None:
        address = f"http://127.0.0.1:{self.ports[name]}/readyz?only=postgres"
        asked = urllib.request.Request(address, headers={"X-Forwarded-Proto": "https"})

        def answers() -> bool:
            try:
                return bool(urllib.request.urlopen(asked, timeout=2).status == 200)  # noqa: S310  our own address
            except (URLError, OSError):
                return False

        self.rig.until(answers, f"{name} is up", seconds=90)

    def stop_gently(self, name: str) -> None:
        """As an orchestrator ends a pod: TERM, and time to finish."""
        process = self.rig._processes.pop(name)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)

    # --- programs that ask ---------------------------------------------------------------------------------------------

    def call(self, method: str, path: str, secret: str, body: object = None, **headers: str) -> tuple[int, bytes]:
        """Through the proxy; 0 where the connection broke."""
        trusted = ssl.create_default_context(cafile=str(self.folder / "colorway.crt"))
        asked = urllib.request.Request(
            f"https://localhost:{self.ports['proxy']}/api/v1{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json", **headers},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(asked, timeout=20, context=trusted) as answer:  # noqa: S310
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()
        except (URLError, OSError):
            return 0, b""

    def ask(self, number: int, photo: Photo, secret: str) -> None:
        """Ask until it is accepted, always under the same key, as a good program does."""
        body = {"photos": [photo.pk], "swatches": [{"name": "Rust", "colour": "#b7410e"}]}
        for _ in range(400):
            status, answer = self.call("POST", "/edit-requests/", secret, body, **{"Idempotency-Key": f"key-{number}"})
            if status == 201:
                with self._lock:
                    self.accepted.append(json.loads(answer)["id"])
                return
            assert status in {0, 409, 429, 500, 502, 503, 504}, (status, answer[:300])
            threading.Event().wait(0.1)  # a program's pause before it tries again
        raise AssertionError(f"request {number} was never accepted")


@pytest.fixture
def topology(rig: Rig, tmp_path: Path) -> Iterator[Topology]:
    tmp_path.chmod(0o755)  # the proxy's and the pooler's own users read from it
    made = Topology(rig, tmp_path)
    try:
        made.start()
        yield made
    finally:
        for name in (*WEBS, *MORE_WORKERS, "pooled-recorder", "proxy", "pooler"):
            if name in rig._processes:
                rig.kill_worker(name)


def test_parts_are_killed_and_a_release_takes_over_and_nothing_is_lost(topology: Topology, rig: Rig):
    shop = merchant()
    _, secret = token_create(merchant=shop, name="sync", scopes=["edits:read", "edits:write"], by=None)
    photos = [PhotoFactory(product=active_product(merchant=shop)) for _ in range(ASKED)]
    steps = iter((
        lambda: rig.kill_worker("web-1"),
        lambda: rig.start_again("web-1"),
        lambda: rig.kill_worker("three"),
        lambda: (rig.kill_worker("pooler"), rig.start_again("pooler")),
        lambda: rig.kill_worker("recorder"),
        lambda: (rig.start_again("three"), rig.start_again("recorder")),
        lambda: _upgrade(topology, "web-1"),
        lambda: _upgrade(topology, "web-2"),
        lambda: (topology.stop_gently("four"), rig.start_worker("four", RELEASE="2")),
    ))  # fmt: skip
    with ThreadPoolExecutor(4) as programs:
        asked = [programs.submit(topology.ask, number, photo, secret) for number, photo in enumerate(photos)]
        for number, step in enumerate(steps):
            rig.until(
                lambda reached=4 * (number + 1): len(topology.accepted) >= reached, f"{4 * (number + 1)} accepted", 90
            )
            step()
        for future in asked:
            future.result(timeout=120)
    requests = list(EditRequest.objects.all())
    assert len(topology.accepted) == len(set(topology.accepted)) == len(requests) == ASKED
    rig.settled(*requests, seconds=120)
    assert Variant.objects.count() == ASKED
    status, answer = topology.call("GET", f"/edit-requests/{topology.accepted[0]}/progress/", secret)
    assert (status, json.loads(answer)["status"]) == (200, "rendered")


def _upgrade(topology: Topology, name: str) -> None:
    """One web after the other: the new one is ready before the next goes."""
    topology.stop_gently(name)
    topology.start_web(name, release="2")
    topology.web_is_up(name)


def test_the_proxy_says_who_a_visitor_is_and_believes_no_header(topology: Topology, rig: Rig):
    """Wrong tokens are counted by address: with another made-up address in each call, the count goes on."""
    codes = [
        topology.call("GET", "/edit-requests/", "cw_wrong", **{"X-Forwarded-For": f"203.0.113.{number}"})[0]
        for number in range(125)
    ]
    assert codes[0] == 401
    assert codes[-1] == 429
