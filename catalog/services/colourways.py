"""Colourways as they are sold: names, order, SKUs, prices, and what is said about their pictures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalog import naming
from catalog.errors import Conflict, InvalidInput
from catalog.models import Colourway, ColourwayKind, Merchant, Product, PublishedVariant

EDITABLE = frozenset({"name", "sku", "price", "stock"})
SKU_FIELDS = ("sku", "colour", "number")
MAX_ALT_TEXT = 200


@transaction.atomic
def colourway_create(*, product: Product, kind: ColourwayKind, name: str, swatch_hex: str) -> Colourway:
    """A new one behind the product's others. A design without a name of its own is numbered."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    count = product.colourways.count()
    if kind == ColourwayKind.DESIGN and not name:
        name = f"Design {product.colourways.filter(kind=kind).count() + 1}"
    return Colourway.objects.create(
        merchant_id=product.merchant_id, product=product, kind=kind, name=name[:60], swatch_hex=swatch_hex,
        position=count,
    )  # fmt: skip


@transaction.atomic
def colourway_update(*, colourway: Colourway, fields: Mapping[str, Any]) -> Colourway:
    """Change a locked colourway; the shop shows the new name at once. Its address stays. Raises InvalidInput, Conflict."""
    unknown = sorted(set(fields) - EDITABLE)
    if unknown:
        raise InvalidInput("These fields cannot be set.", extra={name: ["It cannot be set."] for name in unknown})
    for name, value in fields.items():
        setattr(colourway, name, value.strip() if isinstance(value, str) else value)
    _save(colourway)
    colourway.pictures.update(colour_name=colourway.name)
    return colourway


def _save(colourway: Colourway) -> None:
    try:
        colourway.full_clean(validate_unique=False, validate_constraints=False)
        _require_free(colourway)
        with transaction.atomic():
            colourway.save()
    except ValidationError as error:
        raise InvalidInput("The colourway is not complete.", extra=error.message_dict) from error
    except IntegrityError as error:
        raise _sku_taken(colourway.sku) from error


def _require_free(colourway: Colourway) -> None:
    """A product's SKU and a colourway's must not be the same: stores tell rows apart by it."""
    if colourway.sku and Product.objects.filter(merchant=colourway.merchant_id, sku=colourway.sku).exists():
        raise _sku_taken(colourway.sku)


def _sku_taken(sku: str) -> Conflict:
    message = f"The SKU {sku} is in use."
    return Conflict(message, extra={"sku": [message]})


@transaction.atomic
def colourways_order(*, product: Product, keys: Sequence[str]) -> None:
    """Put the product's colourways in this order, which names each of them once. Raises InvalidInput."""
    rows = {str(row.key): row for row in product.colourways.select_for_update()}
    if sorted(keys) != sorted(rows):
        raise InvalidInput("The order must name each colourway of the product once.")
    for position, key in enumerate(keys):
        rows[key].position = position
        rows[key].pictures.update(position=position)
    Colourway.objects.bulk_update(rows.values(), ["position"])


# --- SKUs -------------------------------------------------------------------------------------------------------------


def sku_ensure(colourway: Colourway) -> None:
    """Give a colourway that goes into the shop its SKU by the shop's pattern; one that it has stays."""
    merchant = Merchant.objects.select_for_update().get(pk=colourway.merchant_id)
    colourway.refresh_from_db(fields=["sku"])  # another view of it may have given it one
    if colourway.sku:
        return
    colourway.sku = sku_by(merchant.sku_pattern, colourway, skus_taken(merchant))
    colourway.save(update_fields=["sku"])


def skus_taken(merchant: Merchant) -> set[str]:
    own = Colourway.objects.filter(merchant=merchant).exclude(sku="").values_list("sku", flat=True)
    return {*own, *merchant.products.values_list("sku", flat=True)}


def sku_by(pattern: str, colourway: Colourway, taken: Iterable[str]) -> str:
    product = colourway.product
    values: dict[str, str | int] = {
        "sku": product.sku, "colour": naming.code(colourway.name) or "COLOUR", "number": colourway.position + 1,
    }  # fmt: skip
    return naming.first_free(naming.fill(pattern, values), set(taken), limit=64)


def skus_preview(merchant: Merchant, pattern: str, colourways: Iterable[Colourway]) -> dict[int, str]:
    """By colourway, the SKU that the pattern would give it were it new. Raises InvalidInput."""
    naming.check(pattern, SKU_FIELDS)
    chosen = list(colourways)
    taken = skus_taken(merchant) - {colourway.sku for colourway in chosen}
    made: dict[int, str] = {}
    for colourway in chosen:
        made[colourway.pk] = sku_by(pattern, colourway, taken)
        taken.add(made[colourway.pk])
    return made


@transaction.atomic
def sku_pattern_save(*, merchant: Merchant, pattern: str, renumber: bool = False) -> int:
    """Keep the pattern; with `renumber`, every colourway's SKU is made anew. Answers how many changed."""
    naming.check(pattern, SKU_FIELDS)
    Merchant.objects.select_for_update().get(pk=merchant.pk)
    merchant.sku_pattern = pattern
    merchant.save(update_fields=["sku_pattern"])
    if not renumber:
        return 0
    rows = list(Colourway.objects.filter(merchant=merchant).exclude(sku="").select_related("product"))
    made = skus_preview(merchant, pattern, rows)
    changed = [row for row in rows if row.sku != made[row.pk]]
    Colourway.objects.filter(pk__in=[row.pk for row in changed]).update(sku="")  # so that two may swap
    for row in changed:
        row.sku = made[row.pk]
    Colourway.objects.bulk_update(changed, ["sku"])
    return len(changed)


# --- What pictures say to people who cannot see them -----------------------------------------------------------------


@transaction.atomic
def alt_texts_write(*, merchant: Merchant, texts: Mapping[int, str]) -> int:
    """Describe several published pictures, by their numbers; empty: made from title and colour. Raises InvalidInput."""
    too_long = [text for text in texts.values() if len(text) > MAX_ALT_TEXT]
    if too_long:
        raise InvalidInput(f"A description has at most {MAX_ALT_TEXT} characters: “{too_long[0][:40]}...”.")
    rows = list(
        PublishedVariant.objects.filter(product__merchant=merchant, pk__in=texts).select_for_update(of=("self",))
    )
    changed = [row for row in rows if row.alt_text != texts[row.pk].strip()]
    for row in changed:
        row.alt_text = texts[row.pk].strip()
    PublishedVariant.objects.bulk_update(changed, ["alt_text"])
    return len(changed)
