"""English. The names of colours themselves are in `catalog.search.palette`."""

from catalog.search.brands import NAMES
from catalog.search.lexicon import Lexicon
from catalog.search.palette import COLOURS, FAMILY_MIDDLES, MODIFIERS

SHOES = (
    "shoe, sneaker, trainer, boot, sandal, heel, high heel, loafer, pump, slipper, clog, mule, flat, ballet flat, brogue, oxford,"
    " derby, moccasin, espadrille, plimsoll, running shoe, tennis shoe, flip flop, stiletto, wellington, chukka, kicks, runner"
)
SHIRTS = (
    "shirt, tee, t-shirt, t shirt, tshirt, top, tank top, tank, polo, polo shirt, blouse, jumper, sweater, sweatshirt, hoodie, jersey,"
    " pullover, cardigan, henley, dress shirt, button down, flannel shirt, camisole, turtleneck"
)


def _bent(word: str) -> tuple[str, ...]:
    if word.endswith("s") or " " in word:
        return (word, f"{word}es", f"{word}'s")
    return (word, f"{word}s", f"{word}es", f"{word}'s")


ENGLISH = Lexicon(
    code="en",
    name="English",
    colours={name: name for name in (*COLOURS, *FAMILY_MIDDLES)},
    modifiers={name: name for name in MODIFIERS}
    | {
        "neon": "neon, fluorescent, fluo, fluro, day-glo, highlighter, luminous", "bright": "bright, brighter, brilliant",
        "vivid": "vivid, intense, saturated, bold, strong", "pastel": "pastel, pastels", "muted": "muted, dull, desaturated, faded",
        "soft": "soft, softer, gentle, baby", "pale": "pale, paler, palest, whitish", "deep": "deep, deeper, rich",
        "dark": "dark, darkest, darkish", "light": "light, lightest, lightish", "medium": "medium, mid",
        "dusty": "dusty, dusky, dirty, smoky", "washed": "washed, washed out",
    },
    kinds={
        "shoe": SHOES + ", pumps, heels, boots, shoes, sneakers, trainers, loafers, footwear",
        "shirt": SHIRTS + ", tees, tops, polos, shirts",
    },
    parts={
        "sole": "sole, outsole, midsole, bottom", "lace": "lace, shoelace, shoestring", "lining": "lining, inside, insole, interior",
        "heel": "heel tab, heel counter, heel cap", "toe": "toe, toe cap, toecap", "tongue": "tongue", "strap": "strap, buckle",
        "collar": "collar", "cuff": "cuff", "button": "button", "zip": "zip, zipper", "logo": "logo, lettering, swoosh, badge, emblem",
        "trim": "trim, piping, stitching, seam, edge, edging, accent, detail", "pocket": "pocket", "sleeve": "sleeve",
        "hem": "hem", "tab": "tab", "label": "label", "eyelet": "eyelet", "hood": "hood",
    },
    traits={
        "stripe": "stripe, striped, stripy, stripey, pinstripe", "check": "check, checked, checkered, plaid, tartan, gingham",
        "dot": "dot, dotted, polka dot, polka, spotted", "floral": "floral, flower, flowery", "print": "print, printed, pattern, patterned",
        "plain": "plain, solid, uni", "camo": "camo, camouflage", "leopard": "leopard, animal print, zebra, snakeskin",
        "leather": "leather, nappa, patent leather, faux leather, vegan leather", "suede": "suede, nubuck, velvet, velour",
        "canvas": "canvas", "linen": "linen", "cotton": "cotton, jersey fabric", "wool": "wool, woollen, woolen, merino, knit, knitted, cashmere",
        "silk": "silk, satin", "mesh": "mesh", "rubber": "rubber", "nylon": "nylon, polyester, synthetic", "patent": "patent",
        "glitter": "glitter, glittery, sequin, sequined, metallic, shiny, glossy, matte, matt, shimmer",
        "slim": "slim, slim fit, skinny, fitted, tight", "loose": "loose, oversized, oversize, baggy, relaxed, boxy",
        "short sleeve": "short sleeve, short sleeved", "long sleeve": "long sleeve, long sleeved, sleeveless",
        "low": "low, low top, low cut", "high": "high, high top, mid top", "chunky": "chunky, platform, wedge",
        "running": "running, sport, sports, athletic, gym, training, tennis, basketball, football, hiking, walking, golf, skate",
        "casual": "casual, formal, smart, office, evening, party, wedding, summer, winter, autumn, spring",
        "vintage": "vintage, retro, classic, modern, old, new, used, cheap, nice, pretty, cool, cute, fancy, comfy, comfortable",
        "women": "women, woman, womens, ladies, lady, girl, female, men, mens, man, guy, boy, male, kid, child, children, unisex, baby's",
        "waterproof": "waterproof, warm, lightweight, breathable, wide, narrow, long, short, small, medium size, large, big, xl, xxl",
        "v-neck": "v-neck, v neck, crew neck, round neck, collarless", "lace-up": "lace-up, lace up, slip-on, slip on, velcro",
        "ankle": "ankle, knee high, chelsea, cowboy, combat, work, rain, snow boots",
    },
    negations=(
        "not, no, non, without, w/o, except, except for, excepting, excluding, exclude, but not, anything but, everything but, all but,"
        " anything except, everything except, anything other than, other than, any colour but, any color but, any colour except,"
        " any color except, any but, any except, minus, apart from, aside from, rather than, instead of, isn't, isnt, is not,"
        " aren't, arent, are not, don't want, dont want, do not want, don't like, dont like, hate, avoid, never, nothing, not in,"
        " nor, neither, besides, sans, free of"
    ),
    joiners="and, &, plus, half, mixed with, combined with, n",
    withs="with, w/",
    choices="or, either",
    turns="but, only, just, however, rather",
    many=(
        "multicolour, multicolor, multi colour, multi color, multicoloured, multicolored, multi coloured, multi colored, multi, rainbow,"
        " colourful, colorful, several colours, several colors, many colours, many colors, all colours, all colors, tie dye, tie-dye"
    ),
    fillers=(
        "show, me, this, that, it, these, those, one, ones, in, the, a, an, of, some, something, anything, everything, please, do, you,"
        " have, any, is, there, are, coloured, colored, colour, color, colours, colors, shade, shades, tone, tones, i, i'd, i'm, want,"
        " would, like, looking, look, for, find, get, need, my, your, to, be, on, at, than, what, which, who, that's, comes, come, can,"
        " see, give, buy, kind, type, sort, as, too, so, very, really, quite, rather more, more, less, bit, slightly, pair, pairs, also,"
        " available, all, us, we, hi, hello, hey, thanks, from, by, two-tone, two tone, twotone, bicolour, bicolor, not only, same,"
        " mostly, mainly, should, could, let, let's, maybe, perhaps, nearly, almost, other, another, version, edition, style, hue"
    ),
    names=NAMES,
    bent=_bent,
)  # fmt: skip
