"""The worker's only S3 code. Objects are named by the hash of their bytes, so storing one twice is harmless."""

import hashlib
import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from gpu_worker.core.guards import guards

IMMUTABLE = "public, max-age=31536000, immutable"
READ_SECONDS, ATTEMPTS = 20, 5
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class StorageError(Exception):
    """The object store could not be reached or refused; worth another try."""


class ObjectMissing(Exception):
    """There is no such object."""


@cache
def _client(process: int, read_timeout: int, attempts: int) -> Any:
    # One per process: clients must not cross a fork, and creating them is not thread-safe, using them is.
    endpoint = os.environ.get("S3_ENDPOINT_URL") or None
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name=os.environ.get("S3_REGION", "us-east-1"),
        aws_access_key_id=os.environ.get("S3_ACCESS_KEY"),
        aws_secret_access_key=os.environ.get("S3_SECRET_KEY"),
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            connect_timeout=min(2, read_timeout),
            read_timeout=read_timeout,
            retries={"mode": "standard", "total_max_attempts": attempts},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def _bucket() -> str:
    return os.environ.get("S3_BUCKET", "colorway")


def put(prefix: str, data: bytes, *, content_type: str) -> str:
    """Store the bytes under `prefix/<sha256>` and answer that key."""
    key = f"{prefix}/{hashlib.sha256(data).hexdigest() if guards.content_address else 'latest'}"
    try:
        _client(os.getpid(), READ_SECONDS, ATTEMPTS).put_object(
            Bucket=_bucket(),
            Key=key,
            Body=data,
            ContentType=content_type,
            CacheControl=IMMUTABLE,
            ContentDisposition="inline",
        )
    except (BotoCoreError, ClientError) as error:
        _client.cache_clear()  # some servers leave a refused body unread, and then misread the next request
        raise StorageError(f"could not store {key}: {error}") from error
    return key


def put_named(key: str, data: bytes) -> None:
    """Store the bytes under a name of their own; for what changes its contents."""
    _client(os.getpid(), READ_SECONDS, ATTEMPTS).put_object(Bucket=_bucket(), Key=key, Body=data)


def get(key: str) -> bytes:
    """The object's bytes; for a content address, checked. Raises ObjectMissing or StorageError."""
    try:
        data: bytes = _client(os.getpid(), READ_SECONDS, ATTEMPTS).get_object(Bucket=_bucket(), Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise ObjectMissing(key) from error
        raise StorageError(f"could not read {key}: {error}") from error
    except BotoCoreError as error:
        raise StorageError(f"could not read {key}: {error}") from error
    name = key.rpartition("/")[2]
    if len(name) == 64 and hashlib.sha256(data).hexdigest() != name:
        raise StorageError(f"{key} came back with other bytes than its name says")
    return data


def is_asked_to_stop(key: str) -> bool:
    """Whether there is such an object. Asked once a second beside the work, so a slow store must not hold it up."""
    try:
        _client(os.getpid(), 1, 1).head_object(Bucket=_bucket(), Key=key)
    except (BotoCoreError, ClientError):
        return False
    return True
