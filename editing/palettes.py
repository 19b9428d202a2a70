"""Named palettes that every merchant may choose from; their own are rows of `Palette`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NamedPalette:
    name: str
    swatches: tuple[tuple[str, str], ...]

    def as_json(self) -> list[dict[str, str]]:
        return [{"name": name, "colour": colour} for name, colour in self.swatches]


SEASON = NamedPalette(
    name="This season",
    swatches=(
        ("Signal red", "#c1121f"),
        ("Deep navy", "#1d3557"),
        ("Moss", "#606c38"),
        ("Mustard", "#d4a017"),
        ("Blush", "#e8a0a8"),
        ("Graphite", "#3d3f43"),
    ),
)
CLASSICS = NamedPalette(
    name="Classics",
    swatches=(
        ("Black", "#1c1c1e"),
        ("White", "#f2f2f0"),
        ("Grey", "#8a8d91"),
        ("Navy", "#14213d"),
        ("Camel", "#c19a6b"),
        ("Burgundy", "#6a0f1c"),
    ),
)
BRIGHTS = NamedPalette(
    name="Brights",
    swatches=(
        ("Red", "#e63946"),
        ("Orange", "#f77f00"),
        ("Yellow", "#ffd60a"),
        ("Green", "#228b22"),
        ("Cobalt", "#1e4fd9"),
        ("Violet", "#7b2cbf"),
    ),
)
PASTELS = NamedPalette(
    name="Pastels",
    swatches=(
        ("Powder pink", "#f4c6cf"),
        ("Peach", "#f7cfae"),
        ("Butter", "#f4e6a8"),
        ("Mint", "#b8e0c8"),
        ("Sky", "#b4d4ee"),
        ("Lilac", "#cdb9e2"),
    ),
)
PALETTES = (CLASSICS, BRIGHTS, PASTELS)
