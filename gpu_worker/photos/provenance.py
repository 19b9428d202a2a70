"""What a finished picture says about itself: that trained algorithms changed a photo, and which one.

XMP as IPTC asks for it (Digital Source Type, NewsCodes `compositeWithTrainedAlgorithmicMedia`), so that shops, search
engines and social networks can label the picture.
"""

import io
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
SOFTWARE = "Colorway"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a variant comes from."""

    photo: str  # a digest that only the service can make again; never an object's name
    manifold_version: str
    request: str


def xmp(origin: Origin) -> bytes:
    """The XMP packet."""
    attributes = {
        "Iptc4xmpExt:DigitalSourceType": SOURCE_TYPE,
        "xmp:CreatorTool": SOFTWARE,
        "xmpMM:DerivedFrom": f"colorway:photo:{origin.photo}",
        "colorway:ManifoldVersion": origin.manifold_version,
        "colorway:Request": origin.request,
    }
    lines = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'xmlns:colorway="urn:colorway:provenance:1" {lines}/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def encode_marked(pixels: NDArray[np.uint8], origin: Origin, *, lossless: bool = False) -> bytes:
    """(H, W, 3) or (H, W, 4) uint8 as WebP that carries its origin."""
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    if lossless:
        image.save(buffer, "WEBP", lossless=True, exact=True, quality=40, method=1, xmp=xmp(origin))
    else:
        image.save(buffer, "WEBP", quality=92, method=2, xmp=xmp(origin))
    return buffer.getvalue()
