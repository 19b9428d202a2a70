import uuid

from django.db import models
from pgvector.django import VectorField

from catalog.models.product import ProductKind
from catalog.models.search import SHAPE_DIMENSIONS


class SearchStatus(models.TextChoices):
    """waiting -> looking -> found | refused | busy."""

    WAITING = "waiting", "Waiting for a worker"
    LOOKING = "looking", "A worker looks at the photo"
    FOUND = "found", "The photo's place is known"
    REFUSED = "refused", "The photo cannot be used"
    BUSY = "busy", "No worker had the time"


_OPEN = {SearchStatus.WAITING, SearchStatus.LOOKING}


class PhotoSearch(models.Model):
    """A shopper's photo and where it lies among the products. Row and photo are deleted after an hour."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, help_text="Its secret address.")
    kind = models.CharField(max_length=10, choices=ProductKind)
    object_key = models.CharField(max_length=160)
    status = models.CharField(max_length=10, choices=SearchStatus, default=SearchStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often its message was sent.")
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=400, blank=True, help_text="A sentence for the shopper.")
    shape_vector = VectorField(dimensions=SHAPE_DIMENSIONS, null=True, blank=True)
    shape_version = models.CharField(max_length=64, blank=True)
    mirror = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="original",
        help_text="The same photo the other way round: a shoe that points to the left is the one that points to the right.",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name_plural = "photo searches"
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(status__in=["waiting", "looking"]), name="photo_search_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} ({self.key})"

    @property
    def is_open(self) -> bool:
        is_found = self.status == SearchStatus.FOUND
        return self.status in _OPEN or (is_found and self.mirror is not None and self.mirror.status in _OPEN)


class RateCount(models.Model):
    """How often somebody did something within a stretch of time; see `catalog.services.rates`."""

    key = models.CharField(max_length=64, help_text="Digest of what is limited and of whom.")
    window = models.DateTimeField(help_text="When the stretch began.", db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_counted_once_per_window")]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
