"""The web side's only S3 code. Keys are content addresses, so a second write of the same bytes is harmless."""

import hashlib
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import IO, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

IMMUTABLE = "public, max-age=31536000, immutable"
REVOCABLE = "public, max-age=300"  # of what may be withdrawn: no cache keeps it longer
PUBLISHED = "published"
SIGNATURE_STEP_SECONDS = 3600  # one address per object and hour, so that browsers can cache it
FRESH = timedelta(hours=12)  # half of the age at which garbage is collected
DELETE_BATCH = 1000  # S3's own limit
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class StorageError(Exception):
    """The object store could not be reached or refused the request; worth another try later."""


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    data: bytes
    content_type: str


@cache
def _client(endpoint: str | None, *, read_timeout: int = 20, attempts: int = 4) -> Any:
    # Made once per process: creating clients is not thread-safe, using one is. Checksums only when an operation
    # needs them, because other servers than Amazon's refuse the newer defaults.
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=settings.S3_REGION,
        aws_access_key_id=settings.S3_ACCESS_KEY,
        aws_secret_access_key=settings.S3_SECRET_KEY,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            connect_timeout=2,
            read_timeout=read_timeout,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=32,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def client() -> Any:
    """boto3's own client, for what this module has no name for."""
    return _client(settings.S3_ENDPOINT_URL)


def impatient_client() -> Any:
    """For courtesies that must not hold anybody up: one try of two seconds."""
    return _client(settings.S3_ENDPOINT_URL, read_timeout=2, attempts=1)


@contextmanager
def _own_errors(action: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StorageError(f"The object store could not {action}.") from error


def is_missing(error: ClientError) -> bool:
    return str(error.response.get("Error", {}).get("Code")) in _MISSING


def content_key(prefix: str, data: bytes) -> str:
    """`prefix/<sha256 of the bytes>`; prefixes are photos, thumbs, variants and sequences."""
    return f"{prefix}/{hashlib.sha256(data).hexdigest()}"


def put(prefix: str, data: bytes, *, content_type: str) -> str:
    """Store the bytes under their content address and answer the key. Bytes stored lately are not sent again.

    Older ones are, which makes them young: the garbage collection may be about to take what no row names yet.
    """
    key = content_key(prefix, data)
    if not _was_stored_since(key, datetime.now(UTC) - FRESH):
        with _own_errors("store a file"):
            client().put_object(
                Bucket=settings.S3_BUCKET,
                Key=key,
                Body=data,
                ContentType=content_type,
                CacheControl=IMMUTABLE,
                ContentDisposition="inline",
            )
    return key


def put_file(key: str, file: IO[bytes], *, content_type: str) -> str:
    """Store a file of any size under an address of its own, without holding it in memory."""
    with _own_errors("store a file"):
        client().put_object(Bucket=settings.S3_BUCKET, Key=key, Body=file, ContentType=content_type)
    return key


class StoredFile(io.RawIOBase):
    """A large object to be read here and there, such as a ZIP: each read asks for those bytes alone."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key, self._position = key, 0
        with _own_errors("find a file"):
            self._size = int(client().head_object(Bucket=settings.S3_BUCKET, Key=key)["ContentLength"])

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(base + offset, 0)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        last = min(self._position + len(buffer), self._size) - 1
        if last < self._position:
            return 0
        with _own_errors("read a file"):
            part = client().get_object(
                Bucket=settings.S3_BUCKET, Key=self._key, Range=f"bytes={self._position}-{last}"
            )  # fmt: skip
            data = part["Body"].read()
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def open_stored(key: str) -> io.BufferedReader:
    """An object as a file that can be sought in. Raises StorageError, also where there is none."""
    return io.BufferedReader(StoredFile(key), buffer_size=1 << 20)


def _was_stored_since(key: str, moment: datetime) -> bool:
    with _own_errors("look for a file"):
        try:
            found = client().head_object(Bucket=settings.S3_BUCKET, Key=key)
        except ClientError as error:
            if is_missing(error):
                return False
            raise
    return bool(found["LastModified"] > moment)


def get(key: str) -> StoredObject | None:
    """The object, or None where there is none."""
    with _own_errors("read a file"):
        try:
            answer = client().get_object(Bucket=settings.S3_BUCKET, Key=key)
            return StoredObject(data=answer["Body"].read(), content_type=answer["ContentType"])
        except ClientError as error:
            if is_missing(error):
                return None
            raise


def publish_copy(key: str, *, edition: str) -> str:
    """Copy an object to an address of this edition alone, so that deleting the copy ends every link to it."""
    name = key.replace("/", "-")
    copy = f"{PUBLISHED}/{edition}/{name}"
    with _own_errors("publish a file"):
        found = client().head_object(Bucket=settings.S3_BUCKET, Key=key)
        client().copy_object(
            Bucket=settings.S3_BUCKET,
            Key=copy,
            CopySource={"Bucket": settings.S3_BUCKET, "Key": key},
            MetadataDirective="REPLACE",
            ContentType=found["ContentType"],
            CacheControl=REVOCABLE,
            ContentDisposition="inline",
        )
    return copy


def exists(key: str) -> bool:
    with _own_errors("look for a file"):
        try:
            client().head_object(Bucket=settings.S3_BUCKET, Key=key)
        except ClientError as error:
            if is_missing(error):
                return False
            raise
    return True


def delete(keys: list[str]) -> None:
    """Remove the objects; a missing one is removed already."""
    for start in range(0, len(keys), DELETE_BATCH):
        batch = [{"Key": key} for key in keys[start : start + DELETE_BATCH]]
        with _own_errors("delete files"):
            client().delete_objects(Bucket=settings.S3_BUCKET, Delete={"Objects": batch, "Quiet": True})


def private_url(key: str, *, expires_in: int = 300) -> str:
    """A short-lived signed address, for originals and for what is not published."""
    where = {"Bucket": settings.S3_BUCKET, "Key": key}
    url = str(client().generate_presigned_url("get_object", Params=where, ExpiresIn=expires_in))
    if not settings.S3_BROWSER_URL:
        return url
    return settings.S3_BROWSER_URL.rstrip("/") + url.removeprefix(str(settings.S3_ENDPOINT_URL).rstrip("/"))


def delivery_url(key: str) -> str:
    """The address under which browsers fetch a thumbnail or a published image.

    With public delivery (a CDN or a public bucket) it never changes. Otherwise it is signed, the same for an hour, and
    valid for two.
    """
    if settings.S3_PUBLIC_DELIVERY == "public":
        return f"{str(settings.S3_PUBLIC_URL).rstrip('/')}/{key}"
    return _signed_url(key, int(time.time()) // SIGNATURE_STEP_SECONDS)


@lru_cache(maxsize=50_000)
def _signed_url(key: str, hour: int) -> str:
    return private_url(key, expires_in=2 * SIGNATURE_STEP_SECONDS)


def check_bucket() -> None:
    """Raise a StorageError unless the bucket answers (for readiness)."""
    with _own_errors("find its bucket"):
        client().head_bucket(Bucket=settings.S3_BUCKET)


def create_bucket() -> None:
    """Make the bucket where it is missing; for the local stack and for tests."""
    with _own_errors("create its bucket"):
        try:
            client().head_bucket(Bucket=settings.S3_BUCKET)
        except ClientError as error:
            if not is_missing(error) and str(error.response["Error"]["Code"]) != "NoSuchBucket":
                raise
            client().create_bucket(Bucket=settings.S3_BUCKET)
