"""Dutch."""

from catalog.search.lexicon import Lexicon


def _bent(word: str) -> tuple[str, ...]:
    return (word, f"{word}e", f"{word}en", f"{word}s", f"{word}kleurig", f"{word}kleurige")


DUTCH = Lexicon(
    code="nl",
    name="Dutch",
    colours={
        "black": "zwart", "grey": "grijs, grijze, grijzig", "white": "wit, witte, wittig", "beige": "beige", "brown": "bruin", "red": "rood, rode, roodachtig", "orange": "oranje", "yellow": "geel, gele", "green": "groen", "blue": "blauw, blauwig", "purple": "paars, paarse, violet, purper", "pink": "roze, rose",
        "lilac": "lila, sering", "lavender": "lavendel", "navy": "marine, marineblauw, navyblauw, donkermarine", "midnight": "middernachtblauw, nachtblauw, nachtblauwe", "royal blue": "koningsblauw, royalblauw", "sky blue": "hemelsblauw, luchtblauw", "light blue": "lichtblauw", "baby blue": "babyblauw", "ice blue": "ijsblauw", "denim": "denim, spijkerblauw, jeansblauw, jeans",
        "cornflower": "korenblauw, korenbloemblauw", "electric blue": "felblauw, elektrisch blauw", "cobalt": "kobalt, kobaltblauw", "petrol": "petrol, petrolblauw", "indigo": "indigo", "turquoise": "turquoise, turkoois", "teal": "blauwgroen, eendenblauw", "steel blue": "staalblauw", "mint": "mint, mintgroen, munt", "sage": "salie, saliegroen", "olive": "olijf, olijfgroen", "khaki": "kaki, khaki",
        "army green": "legergroen, armygroen", "moss": "mosgroen", "forest": "bosgroen, dennengroen", "bottle green": "flessengroen, flesgroen", "emerald": "smaragd, smaragdgroen", "lime": "limoen, limoengroen", "pistachio": "pistache, pistachegroen", "grass green": "grasgroen", "green apple": "appelgroen", "mustard": "mosterd, mosterdgeel", "ochre": "oker, okergeel", "lemon": "citroen, citroengeel",
        "sunflower": "zonnegeel", "gold": "goud, gouden, goudkleurig", "amber": "amber, barnsteen", "honey": "honing", "saffron": "saffraan", "apricot": "abrikoos", "peach": "perzik", "coral": "koraal, koraalrood", "salmon": "zalm, zalmroze", "terracotta": "terracotta", "rust": "roest, roestbruin, roestrood", "copper": "koper", "bronze": "brons, bronzen", "brick": "baksteen, baksteenrood, steenrood",
        "tomato": "tomaatrood, tomatenrood", "scarlet": "scharlaken, felrood, knalrood, vuurrood", "cherry": "kers, kersenrood, kersrood", "ruby": "robijn, robijnrood", "wine": "wijnrood, wijnrode, wijn", "burgundy": "bourgogne, bourgondisch rood", "bordeaux": "bordeaux, bordeauxrood, bordeauxrode", "blood red": "bloedrood", "raspberry": "framboos", "strawberry": "aardbei", "fuchsia": "fuchsia", "magenta": "magenta", "hot pink": "felroze, knalroze",
        "dusty rose": "oudroze, oud roze", "blush": "poederroze, blush", "baby pink": "babyroze, zachtroze, lichtroze", "nude": "nude, huidskleur, huidskleurig", "plum": "pruim, pruimpaars", "aubergine": "aubergine", "camel": "camel, kameel", "sand": "zand, zandkleurig", "taupe": "taupe", "stone": "steen", "cognac": "cognac", "caramel": "karamel", "chestnut": "kastanje, kastanjebruin",
        "chocolate": "chocolade, chocoladebruin", "coffee": "koffie, koffiebruin", "hazel": "hazelnoot", "cream": "crème, creme, roomwit, room", "ecru": "ecru", "ivory": "ivoor, ivoorwit", "off white": "gebroken wit, offwhite, off-white, wolwit", "snow white": "sneeuwwit, spierwit", "champagne": "champagne", "silver": "zilver, zilveren", "anthracite": "antraciet, antracietgrijs", "charcoal": "houtskool, houtskoolgrijs",
        "light grey": "lichtgrijs, lichtgrijze", "slate": "leisteen, leigrijs", "pearl grey": "parelgrijs", "jet black": "gitzwart, pikzwart, diepzwart", "gunmetal": "staalgrijs, metaalgrijs", "rose gold": "roségoud, rosegoud, roze goud", "red brown": "roodbruin, roodbruine", "blue grey": "blauwgrijs, grijsblauw, blauwgrijze", "neon yellow": "neongeel, neongele, fluogeel, knalgeel", "neon green": "neongroen, fluogroen, gifgroen",
        "neon pink": "neonroze, fluoroze", "neon orange": "neonoranje, fluo-oranje, fluooranje",
    },
    modifiers={
        "dark": "donker, donkere, donkerder", "light": "licht, lichte", "deep": "diep, diepe, vol", "pale": "bleek, bleke, vaal", "pastel": "pastel", "bright": "fel, felle, helder, heldere, knal", "neon": "neon, fluo, fluoriserend", "muted": "mat, gedempt, dof", "dusty": "oud, stoffig", "washed": "verwassen, vervaagd", "medium": "middel", "soft": "zacht, zachte",
    },
    kinds={
        "shoe": "schoen, schoenen, sneaker, sneakers, laars, laarzen, laarsje, laarsjes, sandaal, sandalen, pump, pumps, hakken, instapper, instappers, loafer, gympen, gympies, sportschoen, sportschoenen, enkellaarsjes, veterschoenen, boots, slippers, pantoffel",
        "shirt": "overhemd, overhemden, shirt, shirts, t-shirt, t-shirts, blouse, blouses, bloes, hemd, hemden, trui, truien, polo, polo's, hoodie, vest, sweater, topje, topjes, top, hemdje",
    },
    kind_endings={"schoenen": "shoe", "schoen": "shoe", "laarzen": "shoe", "shirt": "shirt", "shirts": "shirt", "hemd": "shirt", "trui": "shirt", "sneakers": "shoe"},
    parts={
        "sole": "zool, zolen", "lace": "veter, veters", "lining": "voering, binnenkant", "heel": "hak, hiel", "collar": "kraag", "button": "knoop, knopen", "zip": "rits", "logo": "logo, logo's, opdruk, letters", "trim": "naad, naden, rand, stiksel, detail", "strap": "bandje, riem, gesp", "sleeve": "mouw, mouwen", "toe": "neus", "tongue": "tong", "pocket": "zak", "cuff": "manchet",
    },
    traits={
        "stripe": "streep, strepen, gestreept, streepjes", "check": "ruit, ruiten, geruit, ruitjes", "dot": "stippen, gestippeld, stip, stipjes", "floral": "bloemen, gebloemd, bloemetjes, bloemenprint", "print": "print, opdruk, bedrukt, patroon, motief", "plain": "effen, egaal", "leather": "leer, leren, lederen", "suede": "suède, fluweel, nubuck", "canvas": "canvas, stof", "linen": "linnen", "cotton": "katoen, katoenen", "wool": "wol, wollen, gebreid", "silk": "zijde, zijden",
        "glitter": "glitter, glanzend, lak", "short sleeve": "korte mouwen, korte mouw", "long sleeve": "lange mouwen, lange mouw", "low": "laag, lage, plat, platte", "high": "hoog, hoge", "women": "dames, vrouw, vrouwen, meisje, meisjes", "men": "heren, man, mannen, jongen, jongens", "kids": "kinder, kinderen, kind, baby", "casual": "zomer, winter, sport, hardloop, elegant, comfortabel, goedkoop, nieuw, mooi, nette, wijd, strak, groot, klein, klassiek, modern",
    },
    negations="niet, niet in, geen, zonder, behalve, alles behalve, alle behalve, elke kleur behalve, maar niet, maar geen, uitgezonderd, noch, nooit, niks, niets, liever niet, liever geen, in plaats van, liever dan",
    joiners="en, &, plus",
    withs="met, met een",
    choices="of, ofwel",
    turns="maar, alleen, juist, liever",
    many="veelkleurig, veelkleurige, meerkleurig, bont, bonte, regenboog, kleurrijk, gekleurd, multicolor, verschillende kleuren",
    fillers=(
        "laat, mij, me, zien, toon, in, het, de, een, dit, dat, deze, die, iets, wat, alsjeblieft, aub, graag, ik, zoek, wil, zou, willen, heb, hebben, hebt, jullie, je, kleur, kleuren, kleurig, tint, tinten, van, voor, er, is, zijn, zo, ook, mijn, met de, bij, op, aan, te, koop, heel, erg, paar, tweekleurig, alle, alles, welke, kan, mag, moet, bijna, hallo"
    ),
    bent=_bent,
    has_compounds=True,
)  # fmt: skip
