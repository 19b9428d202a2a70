"""Passwords and ports of a local stack: made at first start, kept in one file that only its owner can read."""

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass, field
from pathlib import Path

_FILE = "credentials.json"


# Below the range from which systems take the near end of outgoing connections: a port kept for the next start must not
# be some browser's by then.
_PORTS = range(20_000, 32_000)


def free_port() -> int:
    while True:
        port = _PORTS.start + secrets.randbelow(len(_PORTS))
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@dataclass(frozen=True, kw_only=True)
class Credentials:
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(50))
    superuser_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    owner_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    database_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    broker_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    s3_access_key: str = field(default_factory=lambda: secrets.token_hex(10))
    s3_secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(30))
    demo_password: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    postgres_port: int = field(default_factory=free_port)
    valkey_port: int = field(default_factory=free_port)
    s3_port: int = field(default_factory=free_port)
    metrics_port: int = field(default_factory=free_port)

    @classmethod
    def kept_in(cls, folder: Path) -> "Credentials":
        """Read the folder's credentials, or make them. Raises ValueError when the file is damaged."""
        path = folder / _FILE
        if not path.exists():
            made = cls()
            made._write(path)
            return made
        try:
            kept = json.loads(path.read_text())
            known = cls(**kept)
        except (json.JSONDecodeError, TypeError) as error:
            raise ValueError(f"{path} is damaged ({error}); remove {folder} to start afresh") from error
        if kept != asdict(known):  # made by an earlier release, which had fewer
            known._write(path)
        return known

    def _write(self, path: Path) -> None:
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self), file, indent=1)
        partial.replace(path)
