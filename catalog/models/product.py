from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from catalog.models.merchant import Merchant


class ProductKind(models.TextChoices):
    SHOE = "shoe", "Shoes"
    SHIRT = "shirt", "Shirts"


class ProductStatus(models.TextChoices):
    """Draft: only the merchant sees it. Active: shoppers see it. Archived: kept, no longer sold."""

    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    ARCHIVED = "archived", "Archived"


class Product(models.Model):
    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="products")
    kind = models.CharField(max_length=10, choices=ProductKind)
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=100, unique=True, help_text="The product's public address.")
    sku = models.CharField("SKU", max_length=64)
    description = models.TextField(max_length=4000, blank=True, validators=[MaxLengthValidator(4000)])
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    price = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    colour_name = models.CharField(
        "colour as photographed", max_length=60, blank=True, help_text="Such as Chalk. Empty: by its colour family."
    )
    sizes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    status = models.CharField(max_length=10, choices=ProductStatus, default=ProductStatus.DRAFT)
    synthetic = models.BooleanField(default=False, help_text="Drawn by a manifold, not photographed.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    words = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("description", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "sku"], name="product_sku_unique_per_merchant"),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="product_price_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["-created_at", "-id"],
                condition=models.Q(status="active"),
                name="product_storefront",
            ),
            models.Index(
                fields=["kind", "-created_at", "-id"],
                condition=models.Q(status="active"),
                name="product_storefront_kind",
            ),
            models.Index(fields=["merchant", "-created_at", "-id"], name="product_of_merchant"),
            GinIndex(fields=["words"], name="product_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.slug])
