"""The installation's own signing key: an Ed25519 key with a certificate under a root of its own, made once.

Two PEM files in the folder `ORIGIN_FOLDER` (the key readable by its owner alone), or their contents in `ORIGIN_KEY` and
`ORIGIN_CHAIN`. Certificates follow the profile of C2PA 2.2, section 14.5.1.
"""

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KEY_FILE, CHAIN_FILE = "key.pem", "chain.pem"
YEARS = 10


class CredentialsError(ValueError):
    """The key or its certificates are not there, damaged, or open to others; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The leaf's key, and the chain from the leaf to the root."""

    key: bytes = field(repr=False)
    chain: bytes

    @property
    def root(self) -> bytes:
        """The last certificate of the chain, PEM: what a reader has to trust."""
        return x509.load_pem_x509_certificates(self.chain)[-1].public_bytes(Encoding.PEM)

    @property
    def number(self) -> int:
        """What the mark in the pixels calls this installation: 0 to 255, from its root."""
        return hashlib.sha256(self.root).digest()[0]


def load(environment: Mapping[str, str] = os.environ) -> Credentials | None:
    """None where the installation has none. Raises CredentialsError."""
    if environment.get("ORIGIN_KEY"):
        key, chain = (environment.get(name, "").replace("\\n", "\n") for name in ("ORIGIN_KEY", "ORIGIN_CHAIN"))
        return Credentials(key=key.encode(), chain=chain.encode())
    folder = environment.get("ORIGIN_FOLDER")
    return _read(Path(folder)) if folder else None


def _read(folder: Path) -> Credentials:
    path = folder / KEY_FILE
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise CredentialsError(f"{path} can be read by others; chmod it to 600.")
        return Credentials(key=path.read_bytes(), chain=(folder / CHAIN_FILE).read_bytes())
    except OSError as error:
        raise CredentialsError(f"{path} cannot be read; `manage.py create_signing_key` makes one.") from error


def check(credentials: Credentials) -> None:
    """Raises CredentialsError where the key is not that of the first certificate.

    Nothing native is begun here: a process may fork after it, and a signer does not work in a child.
    """
    try:
        key = load_pem_private_key(credentials.key, None).public_key()
        leaf = x509.load_pem_x509_certificates(credentials.chain)[0].public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CredentialsError(f"The signing key or its certificates are damaged: {error}") from error
    if key != leaf:
        raise CredentialsError("The signing key does not belong to the first certificate of its chain.")


def create(folder: Path, name: str) -> Credentials:
    """Make a root, sign a key with it, forget the root's key, and keep the rest in `folder`. Raises CredentialsError."""
    if (folder / KEY_FILE).exists():
        raise CredentialsError(
            f"{folder / KEY_FILE} is there already; pictures that it signed would lose their origin."
        )
    made = _made(name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / CHAIN_FILE).write_bytes(made.chain)
    descriptor = os.open(folder / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(made.key)
    return made


def _made(name: str) -> Credentials:
    root_key, key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    issuer, subject = _name(name, "Colorway root"), _name(name, "Colorway")
    root = _certificate(issuer, issuer, root_key, root_key, is_root=True)
    leaf = _certificate(subject, issuer, key, root_key, is_root=False)
    return Credentials(
        key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        chain=leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM),
    )


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Ed25519PrivateKey, signed_by: Ed25519PrivateKey, *, is_root: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), critical=True)
        .add_extension(_usage(is_root=is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False)
    )
    if not is_root:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(signed_by, None)


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root, key_cert_sign=is_root, crl_sign=is_root, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
