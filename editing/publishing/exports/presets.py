"""Forms in which pictures leave, and the rules of the places that they go to.

The marketplaces' figures are from their public help pages for sellers; places change them, and the preset's name says whose
they are.
"""

from dataclasses import dataclass
from typing import Literal

Format = Literal["original", "jpeg", "png", "webp"]
Background = Literal["kept", "white", "transparent"]


@dataclass(frozen=True, kw_only=True)
class Preset:
    """How a picture is made ready. `fill` is the product's share of the square's side."""

    key: str
    label: str
    says: str
    format: Format = "jpeg"
    background: Background = "kept"
    side: int | None = None  # of the square, in pixels; None: as large as it is
    fill: float = 0.85
    least_side: int = 0  # a smaller photo breaks the place's rule
    no_person: bool = False  # the place takes no worn pictures as main ones

    @property
    def needs_cut_out(self) -> bool:
        return self.background != "kept" or self.side is not None

    @property
    def extension(self) -> str:
        return {"original": "webp", "jpeg": "jpg"}.get(self.format, self.format)


PRESETS = {
    preset.key: preset
    for preset in (
        Preset(key="original", label="As they are", says="The stored files, byte for byte.", format="original"),
        Preset(key="white", label="On white", says="JPEG, full size, pure white behind.", background="white"),
        Preset(
            key="transparent", label="Cut out", says="PNG, full size, nothing behind.", format="png",
            background="transparent",
        ),
        Preset(
            key="square", label="Square", says="JPEG, 2000 px on white, the product at 85 %.", background="white",
            side=2000,
        ),
        Preset(
            key="amazon", label="Amazon", says="JPEG, 2000 px, pure white, at least 85 %, 1000 px or more, not worn.",
            background="white", side=2000, fill=0.9, least_side=1000, no_person=True,
        ),
        Preset(
            key="ebay", label="eBay", says="JPEG, 1600 px on white, 500 px or more.", background="white", side=1600,
            least_side=500,
        ),
        Preset(
            key="google", label="Google", says="JPEG, 1500 px on white, 250 px or more, no text or frames.",
            background="white", side=1500, least_side=250,
        ),
        Preset(
            key="shopify", label="Shopify", says="JPEG, 2048 px square on white, the product at 85 %.",
            background="white", side=2048,
        ),
    )
}  # fmt: skip
