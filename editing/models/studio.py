import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from catalog.models import Merchant, Photo, ProductKind


def empty_document() -> dict[str, Any]:
    return {"marks": [], "options": {"strength": 1.0, "realism": 0.1}}


class StudioSession(models.Model):
    """What a person drew on a photo, or on an empty canvas: constraints, never pixels.

    `revision` grows with every document that is kept; an older one that arrives late is dropped.
    """

    tenant_path: ClassVar[str] = "merchant"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ProductKind)
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    document = models.JSONField(default=empty_document, help_text="Marks (constraint messages) and the two weights.")
    revision = models.PositiveBigIntegerField(default=0)
    seed = models.PositiveIntegerField(default=0, help_text="Of the candidates' starts.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(fields=["photo", "created_by"], name="studio_session_once_per_photo_and_person")
        ]
        indexes = [models.Index(fields=["merchant", "-updated_at"], name="studio_session_of_merchant")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.photo or 'from scratch'}"

    def get_absolute_url(self) -> str:
        if self.photo_id:
            return reverse("editing:studio", args=[self.photo_id])
        return reverse("editing:studio-idea", args=[self.pk])


class Method(models.TextChoices):
    """How an attribute's direction is found."""

    MEAN = "mean", "Difference of the means"
    NEAREST = "nearest", "Difference of the nearest neighbours' means"
    LOGISTIC = "logistic", "Logistic classifier"
    PRINCIPAL = "principal", "Principal direction of the manifold"


class AttributeState(models.TextChoices):
    LEARNING = "learning", "Learning: a worker looks for its direction"
    READY = "ready", "Ready: it can be used"
    FAILED = "failed", "Failed: it could not be learned"


class Attribute(models.Model):
    """A named direction of the latent space. Valid for one manifold version; without a merchant it came with the manifold."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, null=True, blank=True, related_name="attributes")
    kind = models.CharField(max_length=10, choices=ProductKind)
    name = models.CharField(max_length=60)
    manifold_version = models.CharField(max_length=64)
    method = models.CharField(max_length=10, choices=Method, default=Method.LOGISTIC)
    neighbours = models.PositiveSmallIntegerField(default=100, help_text="For the nearest neighbours' difference.")
    near = models.ForeignKey(Photo, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    component = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of a principal direction.")
    keeps = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="+")

    state = models.CharField(max_length=10, choices=AttributeState, default=AttributeState.LEARNING)
    problem = models.CharField(max_length=300, blank=True, help_text="A sentence for the merchant.")
    direction = models.BinaryField(default=b"", help_text="Little-endian float32, (dimensions,), of unit length.")
    scale = models.FloatField(default=1.0, help_text="One standard deviation of products along it.")
    threshold = models.FloatField(default=0.0)
    accuracy = models.FloatField(null=True, help_text="Balanced, on held-out examples; 0.5 is a coin.")
    having = models.PositiveIntegerField(default=0, help_text="How many examples have it.")
    lacking = models.PositiveIntegerField(default=0)
    strip_key = models.CharField(max_length=120, blank=True, help_text="Seven products from -3 to +3.")
    examples_key = models.CharField(
        max_length=120,
        blank=True,
        help_text="Latents of its examples; empty where they are too few or came with a manifold.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["merchant", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "kind", "manifold_version", "name"],
                nulls_distinct=False,
                name="attribute_name_once_per_version",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("editing:attribute", args=[self.pk])


class AttributeExample(models.Model):
    """A photo that shows an attribute, or shows its absence."""

    tenant_path: ClassVar[str] = "attribute__merchant"

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="examples")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    has_it = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attribute", "photo"], name="attribute_example_once")]

    def __str__(self) -> str:
        return f"{self.photo} {'has' if self.has_it else 'lacks'} {self.attribute}"


class PrincipalDirection(models.Model):
    """One of the ways in which a manifold's products vary most, with its film strip. Without a merchant: of one that all share."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=ProductKind)
    manifold_version = models.CharField(max_length=64)
    component = models.PositiveSmallIntegerField()
    direction = models.BinaryField()
    scale = models.FloatField()
    strip_key = models.CharField(max_length=120)

    class Meta:
        ordering = ["component"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "manifold_version", "component"], name="principal_direction_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.component}"
