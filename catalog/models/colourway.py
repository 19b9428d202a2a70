import uuid
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models

from catalog.models.merchant import Merchant
from catalog.models.product import Product


class ColourwayKind(models.TextChoices):
    """A colourway differs from its product in colour alone; a design also in shape or in details."""

    COLOUR = "colour", "Colour"
    DESIGN = "design", "Design"


class Colourway(models.Model):
    """A product in one colour, or in one design, as it is sold: a name, a SKU, and one set of pictures for all sizes.

    It exists from the first finished picture on, so that review, shop and exports treat the pictures as one.
    """

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="colourways")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=ColourwayKind, default=ColourwayKind.COLOUR)
    name = models.CharField(max_length=60)
    swatch_hex = models.CharField(max_length=7, help_text="What was asked for; of a design, what was measured.")
    sku = models.CharField("SKU", max_length=64, blank=True, help_text="Empty: made from the shop's pattern.")
    price = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)],
        help_text="Empty: the product's.",
    )  # fmt: skip
    stock = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: not counted.")
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "sku"], condition=~models.Q(sku=""), name="colourway_sku_unique_per_merchant"
            ),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="colourway_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product} in {self.name}"
