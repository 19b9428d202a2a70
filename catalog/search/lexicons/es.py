"""Spanish."""

from catalog.search.lexicon import Lexicon


def _bent(word: str) -> tuple[str, ...]:
    if word.endswith("o"):
        return (word, f"{word[:-1]}a", f"{word}s", f"{word[:-1]}as")
    if word.endswith(("a", "e", "é", "i", "í")):
        return (word, f"{word}s")
    if word.endswith("z"):
        return (word, f"{word[:-1]}ces")
    return (word, f"{word}es", f"{word}s")


SPANISH = Lexicon(
    code="es",
    name="Spanish",
    colours={
        "black": "negro", "grey": "gris, grisáceo", "white": "blanco, blancuzco", "beige": "beige, beis", "brown": "marrón, café, castaño, pardo", "red": "rojo, rojizo, colorado", "orange": "naranja, anaranjado",
        "yellow": "amarillo, amarillento", "green": "verde, verdoso", "blue": "azul, azulado", "purple": "morado, púrpura, violeta, violáceo", "pink": "rosa, rosado, rosita", "lilac": "lila, malva", "lavender": "lavanda",
        "navy": "azul marino, marino, azul navy, marina", "midnight": "azul medianoche, azul noche", "royal blue": "azul rey, azul real, azulón", "sky blue": "celeste, azul cielo, azul celeste", "light blue": "azul claro", "baby blue": "azul bebé",
        "ice blue": "azul hielo", "denim": "vaquero, denim, azul vaquero, mezclilla", "electric blue": "azul eléctrico", "cobalt": "azul cobalto, cobalto", "petrol": "azul petróleo, petróleo", "indigo": "índigo, añil", "turquoise": "turquesa, azul turquesa",
        "steel blue": "azul acero", "mint": "menta, verde menta, verde agua", "sage": "salvia, verde salvia", "olive": "oliva, verde oliva, aceituna", "khaki": "caqui, kaki, khaki, verde caqui", "army green": "verde militar, verde ejército",
        "moss": "verde musgo", "forest": "verde bosque", "bottle green": "verde botella", "emerald": "esmeralda, verde esmeralda", "lime": "lima, verde lima, verde limón", "pistachio": "pistacho, verde pistacho", "mustard": "mostaza, amarillo mostaza",
        "ochre": "ocre", "lemon": "limón, amarillo limón", "gold": "dorado, oro", "amber": "ámbar", "honey": "miel", "saffron": "azafrán", "apricot": "albaricoque", "peach": "melocotón, durazno", "coral": "coral", "salmon": "salmón",
        "terracotta": "terracota, teja", "rust": "óxido, herrumbre", "copper": "cobre, cobrizo", "bronze": "bronce", "brick": "ladrillo, rojo ladrillo", "tomato": "rojo tomate", "scarlet": "escarlata, bermellón", "cherry": "cereza, rojo cereza",
        "ruby": "rubí", "wine": "vino, rojo vino, color vino, tinto, vino tinto", "burgundy": "borgoña", "bordeaux": "burdeos, bordó, bordeos", "oxblood": "sangre de toro", "blood red": "rojo sangre", "garnet": "granate", "raspberry": "frambuesa",
        "strawberry": "fresa", "fuchsia": "fucsia", "magenta": "magenta", "hot pink": "rosa fuerte, rosa chicle, rosa mexicano", "dusty rose": "rosa palo, rosa viejo, rosa empolvado", "blush": "rosa pálido, rosa claro", "nude": "nude, color carne, carne",
        "plum": "ciruela", "aubergine": "berenjena", "camel": "camel, camello", "sand": "arena", "taupe": "taupe, topo", "stone": "piedra", "cognac": "coñac, cuero claro", "caramel": "caramelo", "chestnut": "castaña", "chocolate": "chocolate, marrón chocolate",
        "coffee": "marrón café", "hazel": "avellana", "cream": "crema", "ecru": "crudo, ecru", "ivory": "marfil", "off white": "blanco roto, hueso, blanco hueso, blanco crudo", "snow white": "blanco nieve, blanco puro", "champagne": "champán, champagne, cava",
        "silver": "plateado, plata", "anthracite": "antracita, gris antracita", "charcoal": "carbón, gris carbón, gris marengo, marengo", "light grey": "gris claro", "pearl grey": "gris perla, perla", "slate": "pizarra, gris pizarra",
        "jet black": "negro azabache, azabache, negro intenso", "rose gold": "oro rosa, oro rosado, dorado rosa", "neon yellow": "amarillo neón, amarillo flúor, amarillo fosforito", "neon green": "verde neón, verde flúor, verde fosforito, verde fluor",
        "neon pink": "rosa neón, rosa flúor, rosa fosforito", "neon orange": "naranja neón, naranja flúor",
    },
    modifiers={
        "dark": "oscuro", "light": "claro, clarito", "deep": "profundo, intenso", "pale": "pálido", "pastel": "pastel, pasteles", "bright": "brillante, vivo, chillón, fuerte, vibrante", "neon": "neón, flúor, fluorescente, fosforito, fosforescente",
        "muted": "apagado, mate", "dusty": "empolvado, viejo", "washed": "desteñido, lavado", "medium": "medio", "soft": "suave, bajito",
    },
    kinds={
        "shoe": "zapato, zapatilla, bota, botín, botines, sandalia, tenis, tacón, tacones, mocasín, mocasines, deportiva, deportivas, bailarinas, alpargata, sneakers, calzado, chancla",
        "shirt": "camisa, camiseta, blusa, polo, jersey, suéter, sudadera, playera, remera, polera, top, t-shirt, pulóver, franela",
    },
    parts={
        "sole": "suela", "lace": "cordón, cordones, agujeta", "lining": "forro, interior", "heel": "tacón de", "collar": "cuello", "button": "botón, botones", "zip": "cremallera, cierre", "logo": "logo, logotipo, letra, letras",
        "trim": "costura, borde, ribete, detalle", "strap": "correa, hebilla, tira", "sleeve": "manga", "toe": "puntera, punta", "tongue": "lengüeta", "pocket": "bolsillo", "cuff": "puño",
    },
    traits={
        "stripe": "raya, rayado, a rayas, de rayas, líneas", "check": "cuadros, a cuadros, de cuadros, cuadro", "dot": "lunares, de lunares, puntos, topos", "floral": "flores, floral, estampado de flores", "print": "estampado, dibujo, dibujos", "plain": "liso",
        "leather": "cuero, piel", "suede": "ante, gamuza, terciopelo", "canvas": "lona, tela", "linen": "lino", "cotton": "algodón", "wool": "lana", "silk": "seda", "glitter": "brillo, purpurina, lentejuelas, charol",
        "short sleeve": "manga corta, de manga corta", "long sleeve": "manga larga, de manga larga", "low": "bajo, plano", "high": "alto", "women": "mujer, mujeres, chica, dama, niña", "men": "hombre, hombres, chico, caballero, niño", "kids": "bebé, infantil",
        "casual": "verano, invierno, deporte, correr, elegante, cómodo, barato, nuevo, bonito, fiesta, ancho, ajustado, grande, pequeño, clásico, moderno",
    },
    negations=(
        "no, no en, que no sea, que no sean, sin, excepto, salvo, menos, todo menos, todos menos, cualquiera menos, cualquier color menos, cualquier cosa menos, ni, nada de, tampoco, pero no, jamás, nunca, en vez de, ningún, ninguna, a excepción de"
    ),
    joiners="y, e, &, más",
    withs="con, y con",
    choices="o, u, ó",
    turns="pero, sino, solo, sólo, solamente, mejor",
    many="multicolor, multicolores, colorido, arcoíris, de colores, varios colores, muchos colores",
    fillers=(
        "muéstrame, muestra, enséñame, enseña, quiero, quisiera, busco, buscando, me, el, la, los, las, lo, un, una, unos, unas, en, de, del, al, a, este, esta, esto, estos, estas, ese, esa, eso, algo, por, favor, color, tono, para, hay, tienen, tiene, tienes,"
        " es, son, que, cual, cuál, mi, mis, se, te, gustaría, gusta, ver, dame, muy, más o menos, par, también, bicolor, todo, todos, cualquier, existe, viene, casi"
    ),
    bent=_bent,
    colour_follows_noun=True,
    modifier_may_follow=True,
)  # fmt: skip
