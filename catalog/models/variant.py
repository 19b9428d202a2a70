from typing import ClassVar

from django.db import models
from django.urls import reverse

from catalog.colours import Lab
from catalog.models.colourway import Colourway
from catalog.models.photo import Alteration, Photo
from catalog.models.product import Product


class PublishedVariant(models.Model):
    """An approved picture of a colourway, one for each view. Shoppers see the leading one as a swatch.

    `editing` owns the variant's life; it publishes and withdraws through `catalog.services.variants`.
    """

    tenant_path: ClassVar[str] = "product__merchant"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="published_variants")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="published_variants")
    colourway = models.ForeignKey(Colourway, on_delete=models.CASCADE, related_name="pictures")
    is_lead = models.BooleanField(default=True, help_text="The picture that stands for its colourway.")
    slug = models.SlugField(max_length=80, help_text="The last part of its public address.")
    colour_name = models.CharField(max_length=60)
    swatch_hex = models.CharField(max_length=7)
    colour_lab_l = models.FloatField(help_text="CIELAB (D65) of the measured colour.")
    colour_lab_a = models.FloatField()
    colour_lab_b = models.FloatField()
    colour_family = models.CharField(max_length=20)
    object_key = models.CharField(max_length=120, help_text="The full-size image.")
    content_type = models.CharField(max_length=40, default="image/webp")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    thumbnails = models.JSONField(default=dict, help_text='Object keys by width in pixels: {"320": "thumbs/..."}.')
    sequence_key = models.CharField(max_length=120, blank=True, help_text="Strip of the frames from z0 to z1.")
    alt_text = models.CharField(max_length=200, blank=True, help_text="Empty: made from title, colour and view.")
    provenance = models.JSONField(default=dict, help_text="Manifold version, request, constraint and measures.")
    position = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "slug"],
                condition=models.Q(withdrawn_at=None, is_lead=True),
                name="variant_slug_unique_on_product",
            ),
            models.UniqueConstraint(
                fields=["product", "object_key"],
                condition=models.Q(withdrawn_at=None),
                name="variant_image_once_on_product",
            ),
        ]
        indexes = [
            models.Index(fields=["object_key"], name="variant_object_key"),
        ]

    def __str__(self) -> str:
        return f"{self.product} in {self.colour_name}"

    def get_absolute_url(self) -> str:
        return reverse("catalog:variant", args=[self.product.slug, self.slug])

    @property
    def colours(self) -> list[tuple[Lab, str]]:
        """Its colour with its family, as photos have one or two."""
        return [(Lab(l=self.colour_lab_l, a=self.colour_lab_a, b=self.colour_lab_b), self.colour_family)]

    @property
    def alteration(self) -> Alteration:
        """Recolouring changes a photo; what was never a photo stays what it is."""
        return Alteration.GENERATED if self.photo.alteration == Alteration.GENERATED else Alteration.MODIFIED
