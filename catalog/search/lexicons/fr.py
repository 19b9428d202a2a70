"""French."""

from catalog.search.lexicon import Lexicon


def _bent(word: str) -> tuple[str, ...]:
    if word.endswith(("s", "x", "z")):
        return (word, f"{word}e", f"{word}es")
    if word.endswith("e"):
        return (word, f"{word}s")
    return (word, f"{word}s", f"{word}e", f"{word}es")


FRENCH = Lexicon(
    code="fr",
    name="French",
    colours={
        "black": "noir", "grey": "gris", "white": "blanc, blanche, blanchâtre", "beige": "beige", "brown": "marron, brun, brunâtre, châtain",
        "red": "rouge, rougeâtre", "orange": "orange, orangé", "yellow": "jaune, jaunâtre", "green": "vert, verdâtre", "blue": "bleu, bleuté, bleuâtre",
        "purple": "violet, violette, pourpre, mauve foncé", "pink": "rose, rosé", "mauve": "mauve", "lilac": "lilas, parme", "lavender": "lavande",
        "navy": "marine, bleu marine, navy, bleu navy", "midnight": "bleu nuit, bleu minuit, nuit", "royal blue": "bleu roi, bleu royal", "sky blue": "bleu ciel, ciel",
        "light blue": "bleu clair, bleu pâle", "baby blue": "bleu bébé, bleu layette", "ice blue": "bleu glacier, bleu glacé", "denim": "denim, bleu jean, jean, jeans",
        "electric blue": "bleu électrique", "cobalt": "bleu cobalt, cobalt", "petrol": "bleu pétrole, pétrole", "duck blue": "bleu canard, canard", "indigo": "indigo",
        "turquoise": "turquoise, bleu turquoise", "steel blue": "bleu acier", "blue grey": "bleu gris, gris bleu", "azure": "azur, bleu azur",
        "mint": "menthe, vert menthe, vert d eau, vert deau", "sage": "sauge, vert sauge, vert tilleul", "olive": "olive, vert olive", "khaki": "kaki, khaki, vert kaki",
        "army green": "vert militaire, vert armée", "moss": "vert mousse", "forest": "vert forêt, vert sapin, sapin", "bottle green": "vert bouteille",
        "emerald": "émeraude, vert émeraude", "lime": "citron vert, vert citron, vert anis, anis", "pistachio": "pistache, vert pistache", "green apple": "vert pomme",
        "mustard": "moutarde, jaune moutarde", "ochre": "ocre", "lemon": "citron, jaune citron", "pale yellow": "jaune pâle, jaune poussin",
        "gold": "or, doré, dorée", "amber": "ambre", "honey": "miel", "saffron": "safran", "apricot": "abricot", "peach": "pêche", "coral": "corail", "salmon": "saumon, rose saumon",
        "terracotta": "terracotta, terre cuite", "rust": "rouille", "copper": "cuivre, cuivré", "bronze": "bronze", "brick": "brique, rouge brique", "tomato": "rouge tomate",
        "scarlet": "écarlate, rouge vif, vermillon", "cherry": "cerise, rouge cerise", "ruby": "rubis", "wine": "lie de vin, lie-de-vin, rouge vin, vin", "burgundy": "bourgogne",
        "bordeaux": "bordeaux, rouge bordeaux", "oxblood": "sang de boeuf", "blood red": "rouge sang", "garnet": "grenat", "raspberry": "framboise", "strawberry": "fraise",
        "fuchsia": "fuchsia, fushia, rose fuchsia", "hot pink": "rose vif, rose fluo clair", "magenta": "magenta", "dusty rose": "vieux rose, rose poudré, rose ancien", "blush": "rose pâle, poudré, rose poudre",
        "baby pink": "rose bébé, rose layette, rose bonbon", "nude": "nude, chair", "plum": "prune", "aubergine": "aubergine", "camel": "camel, chameau", "sand": "sable", "taupe": "taupe",
        "stone": "pierre", "greige": "grège", "cognac": "cognac, fauve", "caramel": "caramel", "chestnut": "châtaigne, marron châtaigne", "chocolate": "chocolat, marron chocolat",
        "coffee": "café, marron café", "hazel": "noisette", "cream": "crème", "ecru": "écru", "ivory": "ivoire", "off white": "blanc cassé, blanc casse, blanc écru, coquille d'oeuf",
        "snow white": "blanc neige, blanc pur", "champagne": "champagne", "silver": "argent, argenté", "anthracite": "anthracite, gris anthracite", "charcoal": "charbon, gris charbon, gris foncé",
        "pearl grey": "gris perle", "light grey": "gris clair", "slate": "ardoise, gris ardoise", "jet black": "noir de jais, noir jais, noir profond, jais",
        "gunmetal": "canon de fusil", "rose gold": "or rose, doré rose", "neon yellow": "jaune fluo, jaune néon", "neon green": "vert fluo, vert néon", "neon pink": "rose fluo, rose néon", "neon orange": "orange fluo",
    },
    modifiers={
        "dark": "foncé, sombre, foncées, obscur", "light": "clair", "deep": "profond, intense, soutenu", "pale": "pâle", "pastel": "pastel", "bright": "vif, vive, vifs, vives, éclatant, lumineux",
        "neon": "fluo, fluorescent, néon", "muted": "terne, mat", "dusty": "poudré, vieilli", "washed": "délavé", "medium": "moyen", "soft": "doux, douce, tendre",
    },
    kinds={
        "shoe": "chaussure, basket, sneaker, sneakers, botte, bottine, sandale, escarpin, mocassin, talon, talons, ballerine, ballerines, tennis, espadrille, derby, derbies, soulier, richelieu, mule, boots",
        "shirt": "chemise, chemisier, t-shirt, tee-shirt, tshirt, tee shirt, polo, haut, hauts, pull, pull-over, chandail, sweat, sweatshirt, blouse, maillot, débardeur, marinière, top",
    },
    parts={
        "sole": "semelle", "lace": "lacet", "lining": "doublure, intérieur", "heel": "talon compensé", "collar": "col", "button": "bouton", "zip": "fermeture éclair, zip", "logo": "logo, inscription",
        "trim": "couture, bord, bordure, liseré, détail", "strap": "bride, boucle, lanière", "sleeve": "manche", "toe": "bout", "tongue": "languette", "pocket": "poche", "cuff": "poignet",
    },
    traits={
        "stripe": "rayure, rayé, rayée, lignes", "check": "carreaux, à carreaux, carreau, écossais, vichy", "dot": "pois, à pois", "floral": "fleurs, fleuri, à fleurs, floral", "print": "imprimé, motif", "plain": "uni, unie, unis",
        "leather": "cuir", "suede": "daim, velours, suède, nubuck", "canvas": "toile", "linen": "lin", "cotton": "coton", "wool": "laine", "silk": "soie", "glitter": "paillettes, brillant, verni, vernies, vernie",
        "short sleeve": "manches courtes", "long sleeve": "manches longues", "low": "basses, bas, plat, plate, plates", "high": "hautes, montantes, haute", "women": "femme, fille, dame", "men": "homme, garçon", "kids": "enfant, bébé",
        "casual": "été, hiver, sport, course, élégant, élégante, confortable, pas cher, nouveau, nouvelle, joli, jolie, jolies, ville, ample, moulant, petit, grand",
    },
    negations=(
        "pas, pas de, pas du, pas en, non, sans, sauf, tout sauf, excepté, hormis, hors, à part, aucun, aucune, ni, mais pas, surtout pas, jamais, autre que, autres que, n'importe quoi sauf, plutôt que, au lieu de"
    ),
    joiners="et, &, plus, et du, et de la",
    withs="avec",
    choices="ou, soit",
    turns="mais, seulement, uniquement, plutôt",
    many="multicolore, multicolores, bariolé, arc-en-ciel, arc en ciel, coloré, colorés, plusieurs couleurs",
    fillers=(
        "montre, montrez, moi, montre-moi, montrez-moi, le, la, les, l, un, une, des, du, de, d, en, ce, cet, cette, ces, ça, ceci, s'il, vous, plaît, svp, stp, je, j, j'aimerais, veux, voudrais, cherche, recherche, quelque, chose, dans,"
        " couleur, couleurs, coloris, teinte, ton, pour, avez, as, tu, y, a, t-il, il, elle, est, sont, que, qui, qu, quelle, quels, avec du, au, aux, à, mon, ma, mes, même, très, plus de, paire, de couleur, aussi, existe, bicolore, ne, n, tout, tous, toutes, bien, peu, presque"
    ),
    bent=_bent,
    colour_follows_noun=True,
    modifier_may_follow=True,
)  # fmt: skip
