"""Round trip of the studio's live preview, end to end: stroke sent over HTTP -> web -> Valkey -> worker -> event received.

    python benchmarks/preview_latency.py [--bundles DIR] [--strokes 40] [--photo FILE]

Starts servers, web and one preview worker of its own in a temporary folder. Each stroke grows by a step every 100 ms, as a
hand would draw it. "frame" is the manifold's picture (64 px), "photo" the edit on the photo itself (448 px).
"""

import argparse
import http.client
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from deploy.local.stack import Stack  # noqa: E402
from gpu_worker.engine.loaded import BUNDLES, default_device  # noqa: E402

STEP_SECONDS = 0.1
POINTS = 8  # steps of one stroke
ANSWER_SECONDS = 20


class Site:
    """Web and a preview worker on one machine's servers."""

    def __init__(self, folder: Path, bundles: Path) -> None:
        self.stack = Stack(folder)
        self.stack.start()
        self.stack.migrate()
        self.port = self.stack.credentials.s3_port + 1
        self.environment = os.environ | self.stack.environment | {
            "DJANGO_SETTINGS_MODULE": "deploy.settings", "PYTHONPATH": str(ROOT), "MANIFOLDS_DIR": str(bundles),
        }  # fmt: skip
        self.log = (folder / "processes.log").open("ab")
        self.processes = [
            self._run(
                [
                    "-m",
                    "uvicorn",
                    "deploy.asgi:application",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    str(self.port),
                    "--no-proxy-headers",
                    "--timeout-graceful-shutdown",
                    "2",
                ]
            ),
            self._run(["-m", "gpu_worker.live"]),
        ]

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log
        )

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)
        self.stack.stop()


def seed(environment: dict[str, str], bundles: Path, photo: Path | None) -> tuple[int, str]:
    """A merchant's product with a projected photo, and the session cookie of its editor."""
    os.environ.update(environment)
    import django

    django.setup()
    from django.test import Client

    from catalog.models import Membership, Merchant, Role, User
    from catalog.services.photos import photo_add
    from catalog.services.products import product_create
    from editing.lifecycle.projections import projection_record
    from gpu_worker.engine.facade import Engine
    from gpu_worker.photos.decode import decode_photo
    from gpu_worker.projection.project import ProjectionSettings
    from gpu_worker.tasks.gallery import stored_projection

    engine = Engine.load(bundles / "shoe")
    data = photo.read_bytes() if photo else _drawn(engine.sample(1, seed=4)[0])
    merchant = Merchant.objects.create(name="Bench", slug="bench")
    user = User.objects.create_user("bench@example.test", "bench-pass-1")
    Membership.objects.create(merchant=merchant, user=user, role=Role.EDITOR)
    product = product_create(merchant=merchant, fields={"kind": "shoe", "title": "Bench", "sku": "B1"})
    row, _ = photo_add(product=product, name="bench.png", data=data, by=user)
    projected = engine.project(decode_photo(data), settings=ProjectionSettings(method="encoder"))
    projection_record(photo=row, stored=stored_projection(projected, row.product.kind), seconds=projected.seconds)
    client = Client()
    client.force_login(user)
    return row.pk, client.cookies["sessionid"].value


def _drawn(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).resize((1000, 1000), Image.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()


class Person:
    """Draws over HTTP and notes when previews arrive."""

    def __init__(self, port: int, photo: int, cookie: str) -> None:
        self.port, self.cookie = port, f"sessionid={cookie}"
        page, headers = self._get(f"/studio/{photo}/")
        self.token = SimpleCookie(headers["Set-Cookie"])["csrftoken"].value
        self.cookie += f"; csrftoken={self.token}"
        self.config: dict[str, Any] = json.loads(
            page.split('id="studio-config"')[1].split(">", 1)[1].split("</script>")[0]
        )
        self.revision = self.config["revision"]
        self.arrived: dict[tuple[int, str], float] = {}
        self.news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def _get(self, path: str) -> tuple[str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, f"{path}: {answer.status} {text[:300]}"
        return text, answer.headers

    def _listen(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", self.config["urls"]["events"], headers={"Cookie": self.cookie})
        for line in connection.getresponse():
            if line.startswith(b"data: ") and b'"placed"' in line:
                now, news = time.perf_counter(), json.loads(line[6:])
                with self.news:
                    self.arrived.setdefault((news["revision"], news["placed"]), now)
                    self.news.notify_all()

    def send(self, marks: list[dict[str, Any]]) -> int:
        self.revision += 1
        body = json.dumps({"revision": self.revision, "document": {"marks": marks}})
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.token, "Content-Type": "application/json"}
        self.connection.request("PUT", self.config["urls"]["document"], body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text[:300]
        return self.revision

    def wait(self, revision: int, placed: str) -> float:
        """When the first preview of a revision, or of a later one, arrived."""
        with self.news:
            found = self.news.wait_for(lambda: self._first(revision, placed), ANSWER_SECONDS)
        assert found, f"no {placed} preview of revision {revision} within {ANSWER_SECONDS} s"
        return found

    def _first(self, revision: int, placed: str) -> float | None:
        return min((at for (r, kind), at in self.arrived.items() if r >= revision and kind == placed), default=None)


def stroke(index: int, points: int) -> list[dict[str, Any]]:
    """A stroke across the product that has grown to so many points; each one somewhere else and in another colour."""
    rng = np.random.default_rng(index)
    x, y = rng.uniform(0.25, 0.4), rng.uniform(0.4, 0.65)
    path = [[round(x + 0.04 * i, 4), round(y + 0.01 * i, 4)] for i in range(points)]
    colour = ["#c1121f", "#1d3557", "#2a9d8f", "#e9c46a"][index % 4]
    return [{"type": "colour", "colour": colour, "strokes": [{"points": path, "radius": 0.04}]}]


def measure(person: Person, strokes: int) -> dict[str, list[float]]:
    """Seconds from sending a document to its preview, while drawing (frame) and after the last point (photo)."""
    taken: dict[str, list[float]] = {"frame, while drawing": [], "photo, pen lifted": [], "answer to the request": []}
    for index in range(strokes):
        for points in range(2, POINTS + 2):
            sent = time.perf_counter()
            revision = person.send(stroke(index, points))
            taken["answer to the request"].append(time.perf_counter() - sent)
            if points <= POINTS:
                taken["frame, while drawing"].append(person.wait(revision, "frame") - sent)
                time.sleep(max(0.0, STEP_SECONDS - (time.perf_counter() - sent)))
        taken["photo, pen lifted"].append(person.wait(revision, "photo") - sent)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundles", type=Path, default=BUNDLES)
    parser.add_argument("--strokes", type=int, default=20)
    parser.add_argument("--photo", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="colorway-bench-") as folder:
        site = Site(Path(folder), options.bundles.resolve())
        try:
            photo, cookie = seed(site.environment, options.bundles, options.photo)
            wait_for_port(site.port)
            person = Person(site.port, photo, cookie)
            warm = person.send(stroke(999, 4))
            person.wait(warm, "photo")
            report(measure(person, options.strokes))
        finally:
            site.stop()


def wait_for_port(port: int) -> None:
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the web server did not start")


def report(taken: dict[str, list[float]]) -> None:
    print(f"{default_device()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'round trip':26} {'n':>5} {'median':>9} {'p95':>9} {'worst':>9}")
    for name, seconds in taken.items():
        ms = sorted(1000 * s for s in seconds)
        p95 = float(np.percentile(ms, 95))
        print(f"{name:26} {len(ms):5} {median(ms):6.0f} ms {p95:6.0f} ms {ms[-1]:6.0f} ms")


if __name__ == "__main__":
    main()
