"""The colours that we know, by their English names. Every language's words lead here (`catalog.search.lexicons`)."""

from dataclasses import dataclass

from coloraide.css import color_names


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How a modifier changes a colour in OkLCh: lightness goes `pull` of the way to `lightness`."""

    lightness: float = 0.6  # 0-1
    pull: float = 0.0
    chroma: float = 1.0  # factor
    most_chroma: float = 0.5  # about 0.4 is the strongest that screens show


# The middle of each family, as textiles and leather show it.
FAMILY_MIDDLES = {
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
    "off white": "#f1eee6", "eggshell": "#efe8d6", "offwhite": "#f1eee6", "champagne": "#eadbc0", "greige": "#b9afa3", "gunmetal": "#4b5258",
    "bone": "#e6dfce", "vanilla": "#f3e5ab", "pearl": "#e9e4da", "chalk": "#f4f4f0", "alabaster": "#eeeae2", "ash": "#a8a9a5",
    "smoke": "#84888b", "fog": "#c9ccce", "mist": "#cfd6d8", "cement": "#a5a39c", "concrete": "#9a9a96", "pewter": "#8a8d8f",
    "steel": "#71797e", "onyx": "#17171a", "raven": "#17171a", "ink": "#20304f", "marine": "#1f2f55",
    "ocean": "#1f6a93", "azure": "#4aa3df", "cerulean": "#2a7fb8", "sapphire": "#1d3f94", "ultramarine": "#2a2f9b",
    "cornflower": "#6f8fd8", "periwinkle": "#8f94d6", "jade": "#2e9a73", "avocado": "#6a7a34", "fern": "#4f7942", "pine": "#1f4d3a",
    "eucalyptus": "#8fae9b", "matcha": "#b2c27a", "spruce": "#2c4c43", "basil": "#4b6b3c", "celadon": "#b4d5bb", "loden": "#4a5340",
    "honey": "#d99a2b", "sunflower": "#f4b81d", "canary": "#fbe34d", "banana": "#f6e27a", "curry": "#c99a21",
    "turmeric": "#d9960f", "tangerine": "#f28522", "mandarin": "#f37a2c", "pumpkin": "#d9691e", "papaya": "#f79060",
    "melon": "#f6a58a", "shrimp": "#f2a48f", "flamingo": "#f38ea0", "watermelon": "#e5566d", "strawberry": "#d43a4f",
    "cranberry": "#9c1b34", "cherry red": "#b5122f", "carmine": "#a81030", "vermilion": "#d9381e", "garnet": "#6f1524",
    "claret": "#6a1230", "merlot": "#571426", "mahogany": "#5b2a20", "sienna": "#9a5536", "umber": "#5f4632", "hazel": "#8a6642",
    "walnut": "#5b4130", "tobacco": "#7a5230", "toffee": "#8c5a34", "cinnamon": "#a2602f", "bronze": "#8c6a3a", "brass": "#b08d3e",
    "fawn": "#cbad85", "biscuit": "#dcc29b", "wheat": "#e3cf9f", "straw": "#dfc97f", "almond": "#e4d3bb", "latte": "#b79472",
    "cappuccino": "#9d7c5e", "cacao": "#4a2c1d", "cocoa": "#5a3a29", "orchid": "#c46fc4", "heather": "#a78bb0", "wisteria": "#b7a1d8",
    "amethyst": "#8a5cb5", "grape": "#5b2a6b", "cassis": "#4b1531", "mulberry": "#6f2349", "heliotrope": "#b07cd8",
    "cyclamen": "#cf3f86", "bubblegum": "#f79ac5", "candy": "#ec5f9b", "rosewood": "#6a2a2d", "silver": "#c0c2c6", "charcoal": "#3d4045",
    "anthracite": "#34373b", "graphite": "#46494e", "slate": "#5d6a77", "jet": "#141416", "ebony": "#23211f",
}  # fmt: skip

# Brighter than anything that a modifier makes of a family's middle.
_LAMPS = {
    "neon yellow": "#e4ff1f", "neon green": "#4dff2e", "neon pink": "#ff3fa8", "neon orange": "#ff6a13",
    "neon red": "#ff2a3c", "neon blue": "#2f6bff", "neon purple": "#b026ff", "neon lime": "#c6ff1a",
    "neon coral": "#ff6f61", "fluorescent yellow": "#e4ff1f", "highlighter yellow": "#e4ff1f", "acid green": "#b0e313",
    "lemon yellow": "#f4e04d", "chartreuse": "#b9e02f", "electric blue": "#2456f0", "shocking pink": "#f0289a",
}  # fmt: skip

# Two words that together mean something else than their mixture.
_TWO_WORDS = {
    "jet black": "#0c0c0e", "off black": "#242426", "soft black": "#2b2b2d", "gun metal": "#4b5258",
    "rose gold": "#cf9d90", "old rose": "#c08081", "burnt orange": "#bf5720", "pure white": "#ffffff", "snow white": "#fdfdfd",
    "pitch black": "#0c0c0e", "navy blue": "#1d2a4d", "duck egg": "#c3d9d6", "duck egg blue": "#c3d9d6", "mint green": "#b5e2c6",
    "olive green": "#6b6b2f", "forest green": "#22462f", "emerald green": "#10825a", "racing green": "#12412f",
    "steel blue": "#5b7c99", "ice grey": "#dfe4e7", "dove grey": "#a9abad", "slate grey": "#6b747d", "charcoal grey": "#3d4045",
    "pearl grey": "#cfd0cf", "pearl white": "#f4f1ea", "winter white": "#f5f3ee", "chalk white": "#f4f4f0", "electric purple": "#8f2bff",
    "blood red": "#7d0f18", "fire red": "#cf1a1f", "fire engine red": "#ce1620", "brick red": "#a5402d", "cherry red": "#b5122f",
    "wine red": "#5e1224", "ruby red": "#9f1239", "tomato red": "#e04a32", "lipstick red": "#c01030", "candy pink": "#ec5f9b",
    "bubblegum pink": "#f79ac5", "baby pink": "#f6cad6", "salmon pink": "#f39a8c", "millennial pink": "#efc4c0",
    "dusty pink": "#cf9c9f", "blush pink": "#edc3c4", "powder pink": "#f0d3d4", "sand beige": "#d9c4a1", "camel brown": "#c19a6b",
    "chocolate brown": "#4a2c1d", "tobacco brown": "#7a5230", "mustard yellow": "#d1a11f", "sunshine yellow": "#fbd334",
    "air force blue": "#5d7a99", "french navy": "#1f2b50", "ink blue": "#20304f", "ocean blue": "#1f6a93", "petrol blue": "#1b4d5c",
    "duck blue": "#0f5a66", "midnight blue": "#191970", "pale gold": "#d9c48a", "heather grey": "#a9aaad", "dusty blue": "#8199ad", "grass green": "#4f8f2f",
    "green apple": "#7fb539", "apple green": "#7fb539", "red brown": "#7a3526", "blue grey": "#6d7f92", "yellow green": "#a9c23a",
    "pale yellow": "#f5eeb0", "dark brown": "#3f281b", "light grey": "#c9cacc", "kelly green": "#3f9a2f", "tiffany blue": "#81d8d0",
    "canary yellow": "#fbe34d", "burnt sienna": "#b5573a", "ash grey": "#a8a9a5", "stone grey": "#a39d92", "sea green": "#2e8b6f",
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
        if first and name.removeprefix(first) not in FAMILY_MIDDLES:
            names[f"{first} {name.removeprefix(first)}"] = names[name]
    return names


_DARK = Shift(lightness=0.15, pull=0.42, chroma=0.85)
_LIGHT = Shift(lightness=0.97, pull=0.6, chroma=0.6)
_PASTEL = Shift(lightness=0.9, pull=0.85, most_chroma=0.075)
_BRIGHT = Shift(lightness=0.68, pull=0.25, chroma=1.3)
_MUTED = Shift(lightness=0.62, pull=0.2, chroma=0.5)

MODIFIERS: dict[str, Shift] = {
    "dark": _DARK, "deep": Shift(lightness=0.15, pull=0.3), "darker": _DARK, "light": _LIGHT, "lighter": _LIGHT,
    "pale": Shift(lightness=0.94, pull=0.8, most_chroma=0.05), "pastel": _PASTEL, "soft": _PASTEL, "bright": _BRIGHT,
    "vivid": _BRIGHT, "neon": Shift(lightness=0.85, pull=0.5, chroma=1.7), "muted": _MUTED, "dusty": _MUTED,
    "washed": Shift(lightness=0.75, pull=0.4, chroma=0.5), "medium": Shift(lightness=0.62, pull=0.3),
}  # fmt: skip

COLOURS: dict[str, str] = {**_css(), **_FASHION, **_LAMPS, **_TWO_WORDS}
