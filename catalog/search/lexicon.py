"""The words that shoppers use, by language. Another language is another `Lexicon` in `LEXICONS`."""

from collections.abc import Mapping
from dataclasses import dataclass

from coloraide.css import color_names

from catalog.models import ProductKind


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How a modifier changes a colour in OkLCh: lightness goes `pull` of the way to `lightness`."""

    lightness: float = 0.6  # 0-1
    pull: float = 0.0
    chroma: float = 1.0  # factor
    most_chroma: float = 0.5  # about 0.4 is the strongest that screens show


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """One language. Colours and fillers may be phrases; longer ones are tried first."""

    families: Mapping[str, tuple[str, str]]  # word -> family of catalog.colours and its middle, #rrggbb
    colours: Mapping[str, str]  # phrase -> #rrggbb
    modifiers: Mapping[str, Shift]
    kinds: Mapping[str, str]  # word -> product kind
    fillers: frozenset[str]


# The middle of each family, as textiles and leather show it.
_FAMILIES = {
    "black": "#1c1c1e", "grey": "#85868a", "gray": "#85868a", "white": "#f8f8f6", "beige": "#dcc8aa", "brown": "#6b4226",
    "red": "#c1121f", "orange": "#ee7b1c", "yellow": "#f2c81b", "green": "#2f7d4f", "blue": "#2a62b5",
    "purple": "#6b2fa0", "pink": "#ec86ab",
}  # fmt: skip

# How fashion calls them, where CSS has no such name or means something else by it.
_FASHION = {
    "navy": "#1d2a4d", "midnight": "#191970", "cobalt": "#1e4fd9", "royal blue": "#2b4cc4", "powder blue": "#b4cfe4",
    "baby blue": "#a9cfee", "light blue": "#a8cbe8", "dark blue": "#1c2f5e", "ice blue": "#d3e5ee",
    "sky blue": "#87b9e0", "sky": "#87b9e0", "denim": "#4a6587",
    "indigo": "#35356e", "petrol": "#1b4d5c", "teal": "#14736f", "aqua": "#4fc9cf", "turquoise": "#2fb6b0",
    "mint": "#b5e2c6", "sage": "#9caf88", "seafoam": "#93d6b8", "olive": "#6b6b2f", "khaki": "#8f8560",
    "army green": "#4b5320", "moss": "#606c38", "forest": "#22462f", "bottle green": "#12452f",
    "emerald": "#10825a", "hunter green": "#355e3b", "pistachio": "#b5d196", "lime": "#b4d930", "mustard": "#d1a11f",
    "ochre": "#c28627", "lemon": "#f4e04d", "butter": "#f5e6a3", "gold": "#c9a227", "amber": "#e0940f",
    "saffron": "#edb12b", "apricot": "#f6bd8f", "peach": "#f7c7a3", "coral": "#f0735a", "terracotta": "#c0623f",
    "rust": "#b04a1e", "copper": "#b0693c", "brick": "#a5402d", "tomato": "#e04a32", "scarlet": "#d5221f",
    "cherry": "#b5122f", "ruby": "#9f1239", "wine": "#5e1224", "burgundy": "#6a1226", "bordeaux": "#5c1425",
    "oxblood": "#4e1418", "maroon": "#661a22", "berry": "#8b1d4f", "raspberry": "#c2255c", "fuchsia": "#d81b8c",
    "hot pink": "#f0499b", "magenta": "#c2188f", "rose": "#dd7f93", "dusty rose": "#c58b8b", "blush": "#edc3c4",
    "nude": "#dfb9a2", "mauve": "#a37b92", "lilac": "#c6aedd", "lavender": "#c4b7e4", "violet": "#6f2fb3",
    "plum": "#5f2350", "aubergine": "#3d1a33", "eggplant": "#3d1a33", "camel": "#c19a6b", "tan": "#c79f74",
    "sand": "#d9c4a1", "stone": "#c4baa7", "taupe": "#8c7b6b", "mushroom": "#a89a8a", "oatmeal": "#ddd0bb",
    "cognac": "#9a4f24", "caramel": "#b56f33", "chestnut": "#733a22", "chocolate": "#4a2c1d", "mocha": "#6e4f3e",
    "coffee": "#4d3728", "espresso": "#33231b", "cream": "#f3ead2", "ecru": "#e3d7bd", "ivory": "#f6f1e2",
    "off white": "#f1eee6", "eggshell": "#efe8d6", "silver": "#c0c2c6", "charcoal": "#3d4045",
    "anthracite": "#34373b", "graphite": "#46494e", "slate": "#5d6a77", "jet": "#141416", "ebony": "#23211f",
}  # fmt: skip

# CSS colours that are a material or a kind of boot before they are a colour, or that mean the opposite: CSS's darkgray is
# lighter than its gray.
_NOT_COLOURS = {"linen", "snow", "darkgray", "darkgrey", "transparent"}


def _css() -> dict[str, str]:
    """CSS names as people write them, in words where the name is two: `slate blue` beside `slateblue`.

    Not `dark blue` and its like: CSS's is a lamp's, while a modifier on a family's middle makes a textile's.
    """
    firsts = ("dark", "light", "medium", "pale", "deep", "hot", "midnight", "forest", "spring", "slate", "sky", "steel")
    names = {}
    for name, (red, green, blue, *_) in color_names.name2val_map.items():
        if name in _NOT_COLOURS:
            continue
        names[name] = f"#{round(red):02x}{round(green):02x}{round(blue):02x}"
        first = next((first for first in firsts if name.startswith(first) and name != first), "")
        if first and name.removeprefix(first) not in _FAMILIES:
            names[f"{first} {name.removeprefix(first)}"] = names[name]
    return names


_DARK = Shift(lightness=0.15, pull=0.42, chroma=0.85)
_LIGHT = Shift(lightness=0.97, pull=0.6, chroma=0.6)
_PASTEL = Shift(lightness=0.9, pull=0.85, most_chroma=0.075)
_BRIGHT = Shift(lightness=0.68, pull=0.25, chroma=1.3)
_MUTED = Shift(lightness=0.62, pull=0.2, chroma=0.5)

_SHOES = "shoe shoes sneaker sneakers trainer trainers boot boots sandal sandals heel heels loafer loafers pump pumps"
_SHIRTS = "shirt shirts tee tees t-shirt t-shirts tshirt tshirts top tops polo polos blouse blouses jumper sweater"

_FILLERS = (
    "show me this that it these those one ones in the a an of with some something anything please do you have any is"
    " there are coloured colored colour color shade tone i want would like looking for find and"
)

ENGLISH = Lexicon(
    families={word: (word.replace("gray", "grey"), middle) for word, middle in _FAMILIES.items()},
    colours={**_css(), **_FASHION},
    modifiers={
        "dark": _DARK, "deep": Shift(lightness=0.15, pull=0.3), "darker": _DARK, "light": _LIGHT, "lighter": _LIGHT,
        "pale": Shift(lightness=0.94, pull=0.8, most_chroma=0.05), "pastel": _PASTEL, "soft": _PASTEL, "bright": _BRIGHT,
        "vivid": _BRIGHT, "neon": Shift(lightness=0.85, pull=0.5, chroma=1.7), "muted": _MUTED, "dusty": _MUTED,
        "washed": Shift(lightness=0.75, pull=0.4, chroma=0.5), "medium": Shift(lightness=0.62, pull=0.3),
    },
    kinds={
        **dict.fromkeys(_SHOES.split(), ProductKind.SHOE.value),
        **dict.fromkeys(_SHIRTS.split(), ProductKind.SHIRT.value),
    },
    fillers=frozenset(_FILLERS.split()),
)  # fmt: skip

LEXICONS = {"en": ENGLISH}
