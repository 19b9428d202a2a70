"""Objects that no row names: what a killed worker stored, what was deleted, what is over.

Only prefixes that this service writes are looked at, and only objects older than a day: whoever stores an object writes
its row within minutes, and storing known bytes anew makes the object young again. Copies of what was withdrawn go at
once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError
from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalog import storage
from catalog.tenancy.wall import as_sweeper

MIN_AGE = timedelta(days=1)
RELEASES = ("bundles/releases/", "bundles/versions/")

# Prefix -> queries that together name every object that is needed.
_NAMED: dict[str, list[str]] = {
    "photos": ["SELECT object_key FROM catalog_photo"],
    "thumbs": [
        "SELECT value FROM catalog_photo, jsonb_each_text(thumbnails)",
        "SELECT value FROM editing_variant, jsonb_each_text(thumbnails)",
        "SELECT value FROM catalog_publishedvariant, jsonb_each_text(thumbnails)",
    ],
    "variants": [
        "SELECT object_key FROM editing_variant",
        "SELECT object_key FROM catalog_publishedvariant",
        "SELECT object_key FROM editing_colourpreview",
    ],
    "sequences": ["SELECT sequence_key FROM editing_variant", "SELECT sequence_key FROM catalog_publishedvariant"],
    "published": [
        "SELECT object_key FROM catalog_publishedvariant WHERE withdrawn_at IS NULL",
        "SELECT value FROM catalog_publishedvariant, jsonb_each_text(thumbnails) WHERE withdrawn_at IS NULL",
    ],
    "masks": [
        "SELECT jsonb_path_query(spec, '$.**.mask_key') #>> '{}' FROM editing_editjob",
        "SELECT jsonb_path_query(document, '$.**.mask_key') #>> '{}' FROM editing_specification",
        "SELECT jsonb_path_query(document, '$.**.mask_key') #>> '{}' FROM editing_recipe",
        "SELECT jsonb_path_query(document, '$.**.mask_key') #>> '{}' FROM editing_studiosession",
    ],
    "alphas": ["SELECT alpha_key FROM editing_variant", "SELECT object_key FROM editing_photooutline"],
    "strips": [
        "SELECT strip_key FROM editing_attribute",
        "SELECT strip_key FROM editing_principaldirection",
        "SELECT strip_key FROM editing_ownpart",
    ],
    "examples": [
        "SELECT examples_key FROM editing_attribute",
        "SELECT jsonb_path_query(spec, '$.**.examples_key') #>> '{}' FROM editing_editjob",
        "SELECT jsonb_path_query(document, '$.**.examples_key') #>> '{}' FROM editing_specification",
    ],
    "bundles": [
        "SELECT value FROM editing_editjob, jsonb_each_text(coalesce(spec -> 'bundle_keys', '{}'))",
        "SELECT value FROM editing_ownmanifold, jsonb_each_text(file_keys)",
    ],
    "control": [],  # wishes to stop, long fulfilled
    "imports": ["SELECT archive_key FROM catalog_productimport WHERE archive_key <> ''"],
    "searches": [],  # shoppers' photos; kept for an hour
}
PREFIXES = tuple(_NAMED)
_WITHDRAWN = """
    SELECT object_key FROM catalog_publishedvariant WHERE withdrawn_at IS NOT NULL
    UNION ALL
    SELECT value FROM catalog_publishedvariant, jsonb_each_text(thumbnails) WHERE withdrawn_at IS NOT NULL
"""


@dataclass(frozen=True, kw_only=True)
class Garbage:
    key: str
    size: int
    stored_at: datetime


def find(*, min_age: timedelta = MIN_AGE) -> Iterator[Garbage]:
    """Every object that no row names and that is old enough, or whose publication was withdrawn."""
    for prefix in _NAMED:
        listed = list(_listed(prefix))  # before the rows are read: a row that comes later has a younger object
        if not listed:
            continue
        named, withdrawn = _keys(*_NAMED[prefix]), _keys(_WITHDRAWN) if prefix == storage.PUBLISHED else set()
        named |= _released(listed) if prefix == "bundles" else set()
        old = timezone.now() - min_age
        yield from (
            item for item in listed if item.key not in named and (item.stored_at < old or item.key in withdrawn)
        )


def remove(item: Garbage) -> bool:
    """Delete it, unless somebody has stored it anew since it was listed."""
    try:
        found = storage.client().head_object(Bucket=settings.S3_BUCKET, Key=item.key)
    except ClientError as error:
        if storage.is_missing(error):
            return False
        raise
    if found["LastModified"] > item.stored_at:
        return False
    storage.delete([item.key])
    return True


def _released(listed: list[Garbage]) -> set[str]:
    """The lists of operators' releases of manifolds, and what they name; see `gpu_worker.commands.bundles`."""
    named: set[str] = set()
    for item in listed:
        if item.key.startswith(RELEASES) and (stored := storage.get(item.key)) is not None:
            named |= {item.key, *json.loads(stored.data).values()}
    return named


def _listed(prefix: str) -> Iterator[Garbage]:
    pages: Any = storage.client().get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings.S3_BUCKET, Prefix=f"{prefix}/"):
        for entry in page.get("Contents", []):
            yield Garbage(key=entry["Key"], size=entry["Size"], stored_at=entry["LastModified"])


def _keys(*queries: str) -> set[str]:
    named: set[str] = set()
    with as_sweeper(), connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            named.update(key for (key,) in cursor.fetchall())
    return named
