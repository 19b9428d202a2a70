from typing import ClassVar

from django.db import models

from catalog.models import Merchant, Product


class Palette(models.Model):
    """Swatches that a merchant keeps, such as the season's."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="palettes")
    name = models.CharField(max_length=60)
    swatches = models.JSONField(default=list, help_text='[{"name": "Rust", "colour": "#b7410e"}, ...]')
    is_season = models.BooleanField(default=False, help_text="Offered first in the colourway form.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-is_season", "name"]
        constraints = [models.UniqueConstraint(fields=["merchant", "name"], name="palette_name_once")]

    def __str__(self) -> str:
        return self.name


class ReviewPolicy(models.Model):
    """Whether a merchant's variants may be approved by their measures alone. Off by default."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.OneToOneField(Merchant, on_delete=models.CASCADE, related_name="review_policy")
    auto_approve = models.BooleanField(default=False)
    limits = models.JSONField(default=dict, help_text="Own limits by measure; without, the service's.")

    def __str__(self) -> str:
        return f"{self.merchant}: {'automatic' if self.auto_approve else 'by people'}"


class ColourWish(models.Model):
    """How often shoppers asked for a product in a colour that it does not have."""

    tenant_path: ClassVar[str] = "product__merchant"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="colour_wishes")
    words = models.CharField(max_length=60, help_text="As the colour is called, such as dark red.")
    hex = models.CharField(max_length=7)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-count", "-last_at"]
        constraints = [models.UniqueConstraint(fields=["product", "words"], name="wish_once_per_colour")]

    def __str__(self) -> str:
        return f"{self.product} in {self.words}: {self.count}"
