from typing import ClassVar

from django.conf import settings
from django.db import models

from catalog.colours import Lab, family_of, lab_from_hex
from catalog.models.product import Product


class View(models.TextChoices):
    """From where a photo shows the product. Photos of one product are told apart by it in reviews and exports."""

    UNKNOWN = "", "Not said"
    FRONT = "front", "Front"
    BACK = "back", "Back"
    LEFT = "left", "Left"
    RIGHT = "right", "Right"
    TOP = "top", "Top"
    SOLE = "sole", "Sole"
    DETAIL = "detail", "Detail"
    WORN = "worn", "Worn"


class Alteration(models.TextChoices):
    """How far a picture is a machine's work, as rules on labels ask."""

    NONE = "none", "A photo"
    MODIFIED = "modified", "A photo that a computer changed"
    GENERATED = "generated", "Made by a computer"


_SMALL = 600  # pixels along the longer side


class Photo(models.Model):
    """An original upload, rebuilt from its pixels and never changed afterwards."""

    tenant_path: ClassVar[str] = "product__merchant"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos")
    sha256 = models.CharField(max_length=64, help_text="Of the stored bytes.")
    source_sha256 = models.CharField(max_length=64, help_text="Of the bytes as they were uploaded.")
    object_key = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes of the stored original.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    thumbnails = models.JSONField(default=dict, help_text='Object keys by width in pixels: {"320": "thumbs/..."}.')
    colour_hex = models.CharField(max_length=7, help_text="Dominant colour of the product, sRGB.")
    colour_lab_l = models.FloatField(help_text="CIELAB (D65) L of the dominant colour, 0-100.")
    colour_lab_a = models.FloatField()
    colour_lab_b = models.FloatField()
    colour_family = models.CharField(max_length=20)
    second_colour_hex = models.CharField(
        max_length=7, blank=True, help_text="Of a two-tone product: what nearly as much of it is. Found with its parts."
    )
    view = models.CharField(max_length=10, choices=View, default=View.UNKNOWN, blank=True)
    alteration = models.CharField(max_length=10, choices=Alteration, default=Alteration.NONE)
    alt_text = models.CharField(max_length=200, blank=True)
    original_name = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_primary = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "sha256"], name="photo_once_per_product"),
            models.UniqueConstraint(fields=["product"], condition=models.Q(is_primary=True), name="photo_one_primary"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="photo_sha256"),
            models.Index(fields=["object_key"], name="photo_object_key"),
        ]

    def __str__(self) -> str:
        return self.original_name or self.object_key

    @property
    def colours(self) -> list[tuple[Lab, str]]:
        """The product's one or two colours with their families, the dominant one first."""
        first = Lab(l=self.colour_lab_l, a=self.colour_lab_a, b=self.colour_lab_b), self.colour_family
        if not self.second_colour_hex:
            return [first]
        second = lab_from_hex(self.second_colour_hex)
        return [first, (second, family_of(second))]

    @property
    def colour_words(self) -> str:
        """Families of its colours, each once: blue and white."""
        return " and ".join(dict.fromkeys(family for _, family in self.colours))

    @property
    def is_small(self) -> bool:
        """Whether shoppers would see its pixels, so that enlarging is offered."""
        return max(self.width, self.height) < _SMALL
