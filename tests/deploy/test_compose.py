"""The compose file: every service exists, GPU workers get no database, nothing is published but the proxy and the mails."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gpu_worker.origin import credentials, manifest
from tests.catalog.pictures import photo_bytes

FOLDER = Path(__file__).resolve().parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


def test_all_parts_of_the_service_are_there():
    parts = "proxy web migrate results-worker webhook-worker beat exporter gpu-worker preview-worker postgres broker s3 mail"
    assert set(SERVICES) == set(parts.split())


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_names_only_what_exists(name: str):
    service = SERVICES[name]
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or (FOLDER / source).exists() or source == "./compose/tls"
    for needed, condition in service.get("depends_on", {}).items():
        if condition["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[needed], f"{name} waits for {needed}, which says nothing of its health"


def test_only_the_proxy_is_open_to_the_world():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"proxy": ["8443:8443"], "mail": ["127.0.0.1:8025:8025"]}
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, dict[str, str]]:
    script = tmp_path / "make-env"
    script.write_text((FOLDER / "compose/make-env").read_text())
    subprocess.run([sys.executable, script], check=True)
    assert (
        subprocess.run([sys.executable, script], check=False, capture_output=True).returncode == 1
    )  # never overwrites
    assert (tmp_path / "tls/colorway.crt").read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.glob("*.env"))
    return {
        path.name: dict(line.split("=", 1) for line in path.read_text().splitlines())
        for path in tmp_path.glob("*env")
        if path.name != "make-env"
    }


def test_gpu_workers_get_the_broker_and_the_store_only(secrets: dict[str, dict[str, str]]):
    for name in ("gpu-worker", "preview-worker"):
        files = [Path(file).name for file in SERVICES[name]["env_file"]]
        given = {key for file in files for key in secrets[file]} | set(SERVICES[name]["environment"])
        assert not given & {"DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        assert {"BROKER_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_ENDPOINT_URL"} <= given


def test_those_who_make_pictures_have_a_key_that_signs_them(
    secrets: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
):
    knowing = {name for name, service in SERVICES.items() if "compose/origin.env" in service.get("env_file", [])}
    assert knowing == {"web", "gpu-worker"}
    key = credentials.load(secrets["origin.env"])
    monkeypatch.setattr(manifest, "installation", lambda: key)
    signed = manifest.read(manifest.sign(photo_bytes(), "image/png"), "image/png")
    assert signed is not None
    assert (signed.intact, signed.ours, signed.signer) == (True, True, "Colorway")


def test_only_the_migration_knows_the_role_that_owns_the_tables(secrets: dict[str, dict[str, str]]):
    assert "colorway_owner" in secrets["migrate.env"]["DATABASE_URL"]
    assert "colorway_app" in secrets[".env"]["DATABASE_URL"]
    knowing = {name for name, service in SERVICES.items() if "compose/migrate.env" in service.get("env_file", [])}
    assert knowing == {"migrate"}


def test_production_settings_of_compose_pass_the_start_up_checks(secrets: dict[str, dict[str, str]], tmp_path: Path):
    environment = secrets[".env"] | SERVICES["web"]["environment"] | {"PATH": "/usr/bin"}
    root = FOLDER.parent
    run = subprocess.run(
        [sys.executable, root / "manage.py", "check", "--fail-level", "ERROR"],
        cwd=root, env={key: str(value) for key, value in environment.items()}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
