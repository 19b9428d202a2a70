"""German."""

from catalog.search.lexicon import Lexicon


def _bent(word: str) -> tuple[str, ...]:
    if word.endswith("e"):
        return (word, *(f"{word}{end}" for end in ("r", "s", "n", "m")))
    if word.endswith("el"):  # dunkel, dunkle
        return (word, *(f"{word[:-2]}l{end}" for end in ("e", "er", "es", "en", "em")))
    return (
        word,
        *(
            f"{word}{end}"
            for end in ("e", "er", "es", "en", "em", "s", "n", "farben", "farbene", "farbenes", "farbener")
        ),
    )


GERMAN = Lexicon(
    code="de",
    name="German",
    colours={
        "black": "schwarz", "grey": "grau, gräulich", "white": "weiß, weiss, weißlich", "beige": "beige, beig", "brown": "braun, bräunlich",
        "red": "rot, rötlich", "orange": "orange, orangen", "yellow": "gelb, gelblich", "green": "grün, grünlich", "blue": "blau, bläulich",
        "purple": "lila, violett, purpur", "pink": "rosa, pink, rose, rosé",
        "navy": "marine, marineblau, navyblau, nachtblau, dunkelmarine", "midnight": "mitternachtsblau", "royal blue": "königsblau, royalblau",
        "sky blue": "himmelblau", "ice blue": "eisblau", "baby blue": "babyblau", "light blue": "hellblau", "denim": "jeansblau, jeans",
        "cornflower": "kornblumenblau", "cobalt": "kobalt, kobaltblau", "indigo": "indigo, indigoblau", "petrol": "petrol, petrolblau",
        "turquoise": "türkis, türkisblau", "teal": "blaugrün, entenblau", "steel blue": "stahlblau", "dusty blue": "taubenblau, rauchblau",
        "mint": "mint, minze, mintgrün", "sage": "salbei, salbeigrün", "olive": "oliv, olive, olivgrün, olivegrün", "khaki": "khaki, khakigrün",
        "army green": "armeegrün, militärgrün", "moss": "moosgrün, moos", "forest": "waldgrün, tannengrün, tanne",
        "bottle green": "flaschengrün", "emerald": "smaragd, smaragdgrün", "lime": "limette, limettengrün, lindgrün",
        "pistachio": "pistazie, pistaziengrün", "grass green": "grasgrün, wiesengrün, apfelgrün", "mustard": "senf, senfgelb", "ochre": "ocker",
        "lemon": "zitrone, zitronengelb", "sunflower": "sonnengelb, sonnenblumengelb", "gold": "gold, golden, goldfarben",
        "amber": "bernstein", "honey": "honig", "curry": "curry, currygelb", "apricot": "aprikose, aprikot, apricot", "peach": "pfirsich",
        "coral": "koralle, korallenrot, koralle", "salmon": "lachs, lachsrosa, lachsfarben", "terracotta": "terrakotta, terracotta",
        "rust": "rost, rostrot, rostbraun", "copper": "kupfer", "bronze": "bronze", "brick": "ziegelrot, ziegel, backsteinrot",
        "tomato": "tomatenrot", "scarlet": "scharlach, scharlachrot, knallrot, signalrot, feuerrot", "cherry": "kirsche, kirschrot",
        "ruby": "rubin, rubinrot", "wine": "weinrot, wein", "burgundy": "burgunder, burgunderrot", "bordeaux": "bordeaux, bordeauxrot, bordo",
        "oxblood": "ochsenblut", "blood red": "blutrot", "raspberry": "himbeere, himbeerrot", "berry": "beere, beerenrot",
        "strawberry": "erdbeere, erdbeerrot", "fuchsia": "fuchsia, pinkfarben", "magenta": "magenta", "dusty rose": "altrosa",
        "hot pink": "knallpink, knallrosa", "blush": "puderrosa, puder", "baby pink": "babyrosa, zartrosa, rosarot", "nude": "nude, hautfarben, hautfarbe",
        "lilac": "flieder, helllila", "lavender": "lavendel", "violet": "veilchen, veilchenblau", "plum": "pflaume, zwetschge",
        "aubergine": "aubergine", "camel": "kamel, camel", "sand": "sand, sandfarben", "taupe": "taupe, schlamm", "stone": "stein",
        "greige": "greige", "cognac": "cognac, kognak", "caramel": "karamell", "chestnut": "kastanie, kastanienbraun",
        "chocolate": "schoko, schokolade, schokobraun, schokoladenbraun", "coffee": "kaffee, kaffeebraun", "hazel": "haselnuss, nussbraun",
        "cream": "creme, cremefarben, cremeweiß", "ecru": "ecru, rohweiß", "ivory": "elfenbein", "bone": "knochen",
        "off white": "wollweiß, altweiß, naturweiß, gebrochenes weiß, gebrochen weiß, offwhite, off-white, eierschale",
        "snow white": "schneeweiß, reinweiß, strahlend weiß", "champagne": "champagner", "silver": "silber, silbern", "anthracite": "anthrazit, anthrazitgrau",
        "charcoal": "kohle, kohlegrau, holzkohle", "graphite": "graphit", "slate": "schiefer, schiefergrau", "light grey": "hellgrau, aschgrau",
        "pearl grey": "perlgrau", "gunmetal": "waffengrau, metallgrau", "jet black": "tiefschwarz, pechschwarz, rabenschwarz, kohlschwarz",
        "rose gold": "roségold, rosegold, rotgold", "red brown": "rotbraun, braunrot", "blue grey": "blaugrau, graublau",
        "yellow green": "gelbgrün", "neon yellow": "neongelb, leuchtgelb", "neon green": "neongrün, giftgrün", "neon pink": "neonpink, neonrosa",
        "neon orange": "neonorange, leuchtorange",
    },
    modifiers={
        "dark": "dunkel, dunkler, dunkles, dunkle", "light": "hell, heller, helles", "deep": "tief, satt, kräftig", "pale": "blass, zart, fahl",
        "pastel": "pastell, pastellig", "bright": "leuchtend, strahlend, grell, knallig, knall, froh", "neon": "neon", "muted": "gedeckt, matt, gedämpft",
        "dusty": "alt, rauch", "washed": "verwaschen, ausgewaschen", "medium": "mittel", "soft": "sanft",
    },
    kinds={
        "shoe": "schuh, sneaker, turnschuh, stiefel, stiefelette, sandale, sandalen, pumps, slipper, halbschuh, halbschuhe, mokassin, absatzschuhe, ballerinas,"
        " ballerina, laufschuhe, sportschuhe, treter, schnürschuh, sneakers, loafer, boots, stiefeln, pantoffeln, latschen",
        "shirt": "hemd, hemden, shirt, shirts, t-shirt, t-shirts, tshirt, bluse, blusen, pulli, pullis, pullover, pulli, polo, polohemd, oberteil, oberteile, top, tops,"
        " hoodie, sweatshirt, trikot, strickjacke",
    },
    kind_endings={"schuhe": "shoe", "schuh": "shoe", "schuhen": "shoe", "stiefel": "shoe", "hemd": "shirt", "hemden": "shirt", "shirt": "shirt",
                  "shirts": "shirt", "bluse": "shirt", "sneaker": "shoe", "sneakers": "shoe", "pullover": "shirt"},
    parts={
        "sole": "sohle, sohlen", "lace": "schnürsenkel, senkel, schnürung, bändel", "lining": "futter, innenfutter", "heel": "absatz, absätze, absätzen, ferse",
        "collar": "kragen", "button": "knopf, knöpfe, knöpfen", "zip": "reißverschluss", "logo": "logo, logos, schriftzug, aufdruck", "trim": "naht, nähte, nähten, rand, kante, paspel",
        "strap": "riemen, schnalle, schnallen", "sleeve": "ärmel, ärmeln", "toe": "spitze, kappe", "tongue": "zunge", "cuff": "manschette, bündchen", "pocket": "tasche",
    },
    traits={
        "stripe": "streifen, gestreift, nadelstreifen, geringelt, streifenmuster", "check": "karo, kariert, karos, karomuster", "dot": "punkte, punkten, gepunktet, tupfen", "floral": "blumen, geblümt, blumenmuster",
        "print": "muster, gemustert, aufdruck, bedruckt, print", "plain": "einfarbig, uni", "leather": "leder", "suede": "wildleder, veloursleder, samt",
        "canvas": "canvas, segeltuch, stoff", "linen": "leinen", "cotton": "baumwolle", "wool": "wolle, strick", "silk": "seide", "glitter": "glitzer, glänzend, lack",
        "short sleeve": "kurzarm, kurzärmelig", "long sleeve": "langarm, langärmelig", "slim": "eng, schmal", "loose": "weit, locker", "low": "flach, niedrig", "high": "hoch, hohe, hohen",
        "women": "damen, frauen, frau, mädchen, weiblich", "men": "herren, männer, mann, jungen", "kids": "kinder, kind, baby", "casual": "sommer, winter, sport, elegant, schick, bequem, günstig, neu, klassisch, modern",
    },
    negations=(
        "nicht, kein, keine, keinen, keines, keiner, keinem, ohne, außer, ausser, alles außer, alles ausser, alle außer, nur nicht, bloß nicht, auf keinen fall, nichts, nie, weder, noch,"
        " aber nicht, aber kein, aber keine, bis auf, bitte nicht, bitte kein, ausgenommen, anstatt, statt"
    ),
    joiners="und, &, plus, sowie",
    withs="mit",
    choices="oder, bzw, entweder",
    turns="aber, sondern, nur, lieber, dafür",
    many="bunt, mehrfarbig, vielfarbig, farbenfroh, regenbogen, buntes, verschiedene farben",
    fillers=(
        "zeig, zeige, zeigt, mir, in, im, das, die, der, den, dem, des, ein, eine, einen, einem, einer, eines, etwas, was, bitte, ich, suche, sucht, möchte, hätte, gern, gerne,"
        " will, gibt, es, gibts, gibt's, habt, haben, hast, du, ihr, sie, farbe, farben, farbig, farbton, ton, dieses, diese, diesen, dieser, dies, auch, für, von, zu, zum,"
        " ist, sind, sein, soll, sollen, sollte, wo, wie, finde, brauche, kann, man, paar, so, sehr, ganz, mal, hallo, alle, alles, irgendwas, irgendein, welche, welches, am, an, auf, als, mein, meine, zweifarbig, andere, schön, schöne, schöner, schönes, fast, halb"
    ),
    bent=_bent,
    has_compounds=True,
)  # fmt: skip
