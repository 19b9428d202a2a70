"""Colourways in the shop whose pictures are really in the store."""

import io

import numpy as np
from PIL import Image, ImageDraw

from catalog import storage
from catalog.models import Colourway, Membership, Product, PublishedVariant
from editing.models import Variant
from editing.services import sets
from tests.catalog.factories import PhotoFactory
from tests.editing.factories import asked_by, photo_of, rendered

SIDE = 600
BOX = (150, 240, 450, 380)  # of the product
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType='
    b'"http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta>'
)


def picture(colour: str, *, ground: str = "#e9e4dc") -> bytes:
    """A product of one colour on a ground that is not white, with the mark of its origin."""
    image = Image.new("RGB", (SIDE, SIDE), ground)
    ImageDraw.Draw(image).rectangle((BOX[0], BOX[1], BOX[2] - 1, BOX[3] - 1), fill=colour)
    out = io.BytesIO()
    image.save(out, "WEBP", lossless=True, xmp=XMP)
    return out.getvalue()


def alpha() -> bytes:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[BOX[1] : BOX[3], BOX[0] : BOX[2]] = 255
    out = io.BytesIO()
    Image.fromarray(mask).save(out, "PNG")
    return out.getvalue()


def on_the_shelf(owner: Membership, reviewer: object, **product: object) -> Product:
    """One product with two views, in two colours."""
    front = photo_of(owner, view="front", width=SIDE, height=SIDE)
    back = PhotoFactory(product=front.product, view="back", position=1, width=SIDE, height=SIDE)
    Product.objects.filter(pk=front.product_id).update(**product)
    key = storage.put("alphas", alpha(), content_type="image/png")
    for variant in rendered(asked_by(owner, front, back)):
        stored = picture(variant.swatch_hex if variant.photo == front else "#202020")
        Variant.objects.filter(pk=variant.pk).update(
            object_key=storage.put("variants", stored, content_type="image/webp"), alpha_key=key, width=SIDE,
            height=SIDE, sha256=f"{variant.pk:064}",
        )  # fmt: skip
    for colourway in Colourway.objects.filter(product=front.product):
        sets.set_approve(rows=sets.locked_set(colourway.variants.first().key), by=reviewer)
    assert PublishedVariant.objects.filter(product=front.product, withdrawn_at=None).count() == 4
    return Product.objects.get(pk=front.product_id)
