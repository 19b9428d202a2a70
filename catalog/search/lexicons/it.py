"""Italian."""

from catalog.search.lexicon import Lexicon


def _bent(word: str) -> tuple[str, ...]:
    if word.endswith(("co", "go")):
        return (word, f"{word[:-1]}a", f"{word[:-1]}hi", f"{word[:-1]}he", f"{word[:-1]}i", f"{word[:-1]}he")
    if word.endswith("io"):
        return (word, f"{word[:-1]}a", f"{word[:-1]}", f"{word[:-1]}e", f"{word[:-2]}e")
    if word.endswith("o"):
        return (word, f"{word[:-1]}a", f"{word[:-1]}i", f"{word[:-1]}e")
    if word.endswith("e"):
        return (word, f"{word[:-1]}i")
    if word.endswith("a"):
        return (word, f"{word[:-1]}e")
    return (word,)


ITALIAN = Lexicon(
    code="it",
    name="Italian",
    colours={
        "black": "nero", "grey": "grigio, grigiastro", "white": "bianco", "beige": "beige, begie", "brown": "marrone, bruno, castano", "red": "rosso, rossiccio", "orange": "arancione, arancio, arancia, aranciato", "yellow": "giallo", "green": "verde", "blue": "blu, bluastro",
        "purple": "viola, porpora, violetto", "pink": "rosa, rosato", "lilac": "lilla, glicine", "lavender": "lavanda", "light blue": "azzurro, azzurrino, blu chiaro", "sky blue": "celeste, blu cielo, azzurro cielo",
        "navy": "blu navy, blu marino, blu marine, navy", "midnight": "blu notte, blu mezzanotte", "royal blue": "blu reale, blu royal, bluette", "baby blue": "azzurro bebè, celeste chiaro", "denim": "denim, jeans, blu jeans", "electric blue": "blu elettrico", "cobalt": "cobalto, blu cobalto",
        "petrol": "petrolio, blu petrolio, verde petrolio, ottanio", "indigo": "indaco", "turquoise": "turchese", "aqua": "acquamarina, verde acqua, acqua", "mint": "menta, verde menta", "sage": "salvia, verde salvia", "olive": "oliva, verde oliva", "khaki": "cachi, kaki, khaki", "army green": "verde militare",
        "moss": "verde muschio, muschio", "forest": "verde foresta, verde bosco", "bottle green": "verde bottiglia", "emerald": "smeraldo, verde smeraldo", "lime": "lime, verde lime, verde acido", "pistachio": "pistacchio", "green apple": "verde mela", "mustard": "senape, giallo senape", "ochre": "ocra", "lemon": "limone, giallo limone",
        "gold": "oro, dorato", "amber": "ambra", "honey": "miele", "saffron": "zafferano", "apricot": "albicocca", "peach": "pesca", "coral": "corallo", "salmon": "salmone", "terracotta": "terracotta, cotto", "rust": "ruggine", "copper": "rame, ramato", "bronze": "bronzo", "brick": "mattone, rosso mattone", "tomato": "rosso pomodoro",
        "scarlet": "scarlatto, vermiglio", "cherry": "ciliegia, rosso ciliegia", "ruby": "rubino", "wine": "vino, rosso vino, vinaccia", "burgundy": "borgogna", "bordeaux": "bordeaux, bordò, bordo", "blood red": "rosso sangue", "garnet": "granata", "raspberry": "lampone", "strawberry": "fragola", "fuchsia": "fucsia", "magenta": "magenta",
        "hot pink": "rosa shocking, rosa acceso", "dusty rose": "rosa antico, rosa cipria, cipria", "blush": "rosa pallido, rosa chiaro, rosa baby", "nude": "nude, carne, color carne", "plum": "prugna, susina", "aubergine": "melanzana", "camel": "cammello, camel", "sand": "sabbia", "taupe": "tortora, talpa, taupe", "stone": "pietra", "cognac": "cognac, cuoio",
        "caramel": "caramello", "chestnut": "castagna", "chocolate": "cioccolato, cioccolata", "coffee": "caffè", "hazel": "nocciola", "dark brown": "testa di moro, testa di moro", "cream": "crema, panna", "ecru": "ecrù, ecru, greggio", "ivory": "avorio", "off white": "bianco sporco, bianco panna, bianco naturale", "snow white": "bianco neve, bianco ottico", "champagne": "champagne",
        "silver": "argento, argentato", "anthracite": "antracite", "charcoal": "carbone, grigio carbone, grigio fumo, fumo", "pearl grey": "grigio perla, perla", "light grey": "grigio chiaro", "slate": "ardesia", "jet black": "nero corvino, nero intenso, corvino, nero pece", "gunmetal": "canna di fucile", "rose gold": "oro rosa, oro rosato",
        "neon yellow": "giallo fluo, giallo neon, giallo evidenziatore, giallo fluorescente", "neon green": "verde fluo, verde neon", "neon pink": "rosa fluo, rosa neon", "neon orange": "arancione fluo, arancio fluo, arancione neon",
    },
    modifiers={
        "dark": "scuro, cupo", "light": "chiaro", "deep": "profondo, intenso, carico", "pale": "pallido, tenue", "pastel": "pastello", "bright": "brillante, acceso, vivo, vivace, sgargiante", "neon": "fluo, neon, fluorescente", "muted": "spento, opaco", "dusty": "cipriato, antico", "washed": "slavato, sbiadito", "medium": "medio", "soft": "delicato, tenero",
    },
    kinds={
        "shoe": "scarpa, sneaker, sneakers, stivale, stivaletto, sandalo, mocassino, décolleté, ballerina, ginnastica, scarpe da ginnastica, scarpe da tennis, tacchi, ciabatta, calzatura, zoccolo, infradito, anfibio, polacchino",
        "shirt": "camicia, camicie, maglietta, maglia, t-shirt, tshirt, polo, camicetta, maglione, felpa, blusa, top, canotta, camicia",
    },
    parts={
        "sole": "suola, suole", "lace": "laccio, lacci, stringa, stringhe", "lining": "fodera, interno", "heel": "tacco", "collar": "colletto, collo", "button": "bottone", "zip": "cerniera, zip", "logo": "logo, scritta", "trim": "cucitura, bordo, bordi, dettaglio, profilo", "strap": "cinturino, fibbia", "sleeve": "manica, maniche", "toe": "punta", "tongue": "linguetta", "pocket": "tasca, tasche", "cuff": "polsino",
    },
    traits={
        "stripe": "riga, righe, a righe, rigato, strisce, a strisce, striscia", "check": "quadri, a quadri, quadretti, scozzese", "dot": "pois, a pois, puntini", "floral": "fiori, a fiori, floreale, fantasia floreale", "print": "stampa, stampe, fantasia, disegno, stampato", "plain": "tinta unita, unito",
        "leather": "pelle, di pelle", "suede": "camoscio, scamosciato, velluto, nabuk", "canvas": "tela, stoffa", "linen": "lino", "cotton": "cotone", "wool": "lana", "silk": "seta", "glitter": "brillantini, glitter, lucido, vernice", "short sleeve": "maniche corte, manica corta, a maniche corte", "long sleeve": "maniche lunghe, manica lunga, a maniche lunghe",
        "low": "basso", "high": "alto", "women": "donna, donne, ragazza, bambina, femminile", "men": "uomo, uomini, ragazzo, bambino, maschile", "kids": "bambini, neonato", "casual": "estate, inverno, estivo, invernale, sport, sportivo, corsa, elegante, comodo, economico, nuovo, bello, belle, largo, stretto, grande, piccolo, classico",
    },
    negations="non, no, non in, che non sia, che non siano, senza, tranne, eccetto, tutto tranne, tutti tranne, qualsiasi colore tranne, qualunque colore tranne, meno, tutto meno, escluso, a parte, fuorché, né, ne, ma non, mai, nessun, nessuna, niente, invece di, anziché",
    joiners="e, ed, &, più",
    withs="con",
    choices="o, oppure",
    turns="ma, bensì, solo, soltanto, piuttosto",
    many="multicolore, multicolor, colorato, arcobaleno, variopinto, vari colori, tanti colori",
    fillers=(
        "mostrami, mostra, mi, fammi, vedere, voglio, vorrei, cerco, sto, cercando, il, lo, la, i, gli, le, l, un, uno, una, in, di, del, della, dello, delle, dei, degli, d, questo, questa, questi, queste, quello, quella, quelle, qualcosa, per, favore, piacere, colore, color, colori, tonalità, tono, da, c'è, avete, hai, è, sono,"
        " che, quale, mio, mia, si, molto, paio, anche, bicolore, tutto, tutti, al, alla, a, esiste, quasi, nel, nella, su"
    ),
    bent=_bent,
    colour_follows_noun=True,
    modifier_may_follow=True,
    has_compounds=True,
)  # fmt: skip
