"""The first layer: XMP as IPTC asks for it (Digital Source Type, NewsCodes `compositeWithTrainedAlgorithmicMedia`), so that
shops, search engines and social networks can label the picture.
"""

import re
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import quoteattr

from PIL import Image

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
SOFTWARE = "Colorway"
PNG_KEY = "XML:com.adobe.xmp"  # where PNG keeps an XMP packet
_READ = 100_000  # bytes of a stranger's packet that are looked at
_TYPE = re.compile(r"DigitalSourceType[\s=>\"']+(?:rdf:resource=[\"'])?http[^\"'<\s]*/digitalsourcetype/(\w+)")
_TOOL = re.compile(r"CreatorTool[\s=>\"']+([^\"'<]{1,80})")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a variant comes from."""

    photo: str  # a digest that only the service can make again; never an object's name
    manifold_version: str
    request: str


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a packet says."""

    source_type: str  # the last part of the IPTC address, such as `compositeWithTrainedAlgorithmicMedia`
    tool: str

    @property
    def ours(self) -> bool:
        """Whether Colorway itself named the tool."""
        return self.tool == SOFTWARE


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


def packet_of(picture: Image.Image) -> bytes | None:
    """The packet inside an opened picture, whichever its format."""
    packet = picture.info.get("xmp") or picture.info.get(PNG_KEY)
    return packet.encode() if isinstance(packet, str) else packet


def described(picture: Image.Image) -> Described | None:
    """What the packet says about how the picture was made; None where it says nothing about it.

    Read by looking for the two properties: a stranger's XML is not parsed.
    """
    text = (packet_of(picture) or b"")[:_READ].decode("utf-8", "replace")
    kind, tool = _TYPE.search(text), _TOOL.search(text)
    if kind is None and (tool is None or tool[1] != SOFTWARE):
        return None
    return Described(source_type=kind[1] if kind else "", tool=unescape(tool[1]) if tool else "")
