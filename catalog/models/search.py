from typing import Any, ClassVar

from django.db import models
from pgvector.django import HalfVectorField, HnswIndex, VectorField

from catalog.colours import FAMILIES
from catalog.models.merchant import Merchant
from catalog.models.photo import Photo
from catalog.models.product import Product, ProductKind
from catalog.models.variant import PublishedVariant

SHAPE_DIMENSIONS = 128  # of a manifold's mean w
COLOUR_DIMENSIONS = 3  # CIELAB, so that L2 distance is the colour difference dE*ab


def _hnsw(name: str, field: str, opclass: str, kind: ProductKind, *, m: int = 16, **only: Any) -> HnswIndex:
    """An approximate index over what shoppers may see of one kind. What else a search filters by is in `only`: filters
    that an index does not know of eat its recall and its time."""
    condition = models.Q(is_public=True, kind=kind.value, **only)
    return HnswIndex(
        name=f"search_{name}_{kind.value}",
        fields=[field],
        m=m,
        ef_construction=128,
        opclasses=[opclass],
        condition=condition,
    )


def _public_indexes(kind: ProductKind) -> list[HnswIndex]:
    """Shapes of products, shapes within each family of colours, and colours. A row is in three of them at most."""
    cosine = "halfvec_cosine_ops"
    return [
        _hnsw("shape", "shape_vector", cosine, kind, m=24, variant=None),
        *(_hnsw(family, "shape_vector", cosine, kind, colour_family=family) for family in FAMILIES),
        _hnsw("colour", "colour_vector", "vector_l2_ops", kind),
    ]


class SearchEntry(models.Model):
    """One thing that can be found: a product in its own colour, or in its second, or one of its published variants.

    Shoppers search over everything public through the HNSW indexes. A merchant's own rows are searched exactly:
    the B-tree on (merchant, kind) finds them and their distances are all computed, because tenants that share an
    approximate index under a filter lose nearly all recall.
    """

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="search_entries")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")
    variant = models.OneToOneField(
        PublishedVariant, on_delete=models.CASCADE, null=True, blank=True, related_name="search_entry"
    )
    tone = models.PositiveSmallIntegerField(default=1, help_text="2: the second colour of a two-tone product.")
    kind = models.CharField(max_length=10, choices=ProductKind)
    is_public = models.BooleanField(default=False, help_text="The product is active and its merchant too.")
    colour_family = models.CharField(max_length=20)
    colour_vector = VectorField(dimensions=COLOUR_DIMENSIONS, help_text="CIELAB (D65) of this colour.")
    shape_vector = HalfVectorField(  # half the bytes to compare; the ten nearest stay the same (docs/search.md)
        dimensions=SHAPE_DIMENSIONS, null=True, blank=True, help_text="Of the manifold version named beside it."
    )
    shape_version = models.CharField(max_length=64, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "tone"], condition=models.Q(variant=None), name="search_one_own_entry_per_tone"
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["merchant", "kind", "colour_family"], name="search_of_merchant"),
            models.Index(  # holds all that comparing shapes needs: 10,000 rows need not be read
                fields=["merchant", "kind", "shape_version"],
                include=["id", "product", "shape_vector"],
                condition=models.Q(is_public=True, variant=None),
                name="search_shapes_of_merchant",
            ),
            models.Index(
                fields=["colour_family", "product"], condition=models.Q(is_public=True), name="search_colour_family"
            ),
            *(index for kind in ProductKind for index in _public_indexes(kind)),
        ]

    def __str__(self) -> str:
        return str(self.variant or self.product)
