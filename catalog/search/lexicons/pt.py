"""Portuguese."""

from catalog.search.lexicon import Lexicon


def _bent(word: str) -> tuple[str, ...]:
    if word.endswith("ão"):
        return (word, f"{word[:-2]}ões", f"{word[:-2]}ães", f"{word}s")
    if word.endswith("o"):
        return (word, f"{word[:-1]}a", f"{word}s", f"{word[:-1]}as")
    if word.endswith("l"):
        return (word, f"{word[:-1]}is")
    if word.endswith("m"):
        return (word, f"{word[:-1]}ns")
    return (word, f"{word}s", f"{word}es")


PORTUGUESE = Lexicon(
    code="pt",
    name="Portuguese",
    colours={
        "black": "preto, negro", "grey": "cinza, cinzento, gris", "white": "branco", "beige": "bege", "brown": "marrom, castanho", "red": "vermelho, avermelhado, encarnado", "orange": "laranja, alaranjado, cor de laranja, cor-de-laranja",
        "yellow": "amarelo", "green": "verde", "blue": "azul", "purple": "roxo, púrpura, violeta", "pink": "rosa, cor de rosa, cor-de-rosa, rosado, pink", "lilac": "lilás", "lavender": "lavanda, alfazema",
        "navy": "azul marinho, azul-marinho, marinho", "midnight": "azul meia-noite, azul noite", "royal blue": "azul royal, azul real, azul rei", "sky blue": "azul celeste, celeste, azul céu", "light blue": "azul claro, azul-claro",
        "baby blue": "azul bebê, azul bebé", "denim": "jeans, azul jeans, ganga", "electric blue": "azul elétrico, azul eléctrico", "cobalt": "azul cobalto, cobalto", "petrol": "azul petróleo, petróleo", "indigo": "índigo, anil", "turquoise": "turquesa, azul turquesa",
        "mint": "menta, verde menta, verde água", "sage": "sálvia, verde sálvia", "olive": "oliva, verde oliva, azeitona, verde azeitona", "khaki": "cáqui, caqui", "army green": "verde militar, verde exército, verde tropa", "moss": "verde musgo",
        "forest": "verde floresta", "bottle green": "verde garrafa", "emerald": "esmeralda, verde esmeralda", "lime": "lima, verde limão, verde lima", "pistachio": "pistache, pistácio", "mustard": "mostarda, amarelo mostarda", "ochre": "ocre",
        "lemon": "limão, amarelo limão", "gold": "dourado, ouro", "amber": "âmbar", "honey": "mel", "saffron": "açafrão", "apricot": "damasco, alperce", "peach": "pêssego", "coral": "coral", "salmon": "salmão", "terracotta": "terracota, telha", "rust": "ferrugem",
        "copper": "cobre, acobreado", "bronze": "bronze", "brick": "tijolo, vermelho tijolo", "tomato": "vermelho tomate", "scarlet": "escarlate", "cherry": "cereja", "ruby": "rubi", "wine": "vinho, cor de vinho, vermelho vinho", "burgundy": "borgonha",
        "bordeaux": "bordô, bordeaux, bordeau, bordeux", "blood red": "vermelho sangue", "garnet": "grená", "raspberry": "framboesa", "strawberry": "morango", "fuchsia": "fúcsia", "magenta": "magenta", "hot pink": "rosa choque, rosa pink, rosa chiclete", "dusty rose": "rosa velho, rosa antigo, rosa seco",
        "blush": "rosa claro, rosa bebê, rosa pálido", "nude": "nude, cor da pele, cor de pele", "plum": "ameixa", "aubergine": "berinjela, beringela", "camel": "camelo, caramelo claro", "sand": "areia", "taupe": "taupe", "stone": "pedra", "cognac": "conhaque", "caramel": "caramelo",
        "chocolate": "chocolate, castanho chocolate", "coffee": "café", "hazel": "avelã", "cream": "creme", "ecru": "cru, ecru", "ivory": "marfim", "off white": "off white, off-white, branco sujo, pérola, branco gelo", "snow white": "branco neve, branco puro", "champagne": "champanhe, champagne",
        "silver": "prateado, prata", "anthracite": "antracite, antracito", "charcoal": "grafite, carvão, cinza chumbo, chumbo", "light grey": "cinza claro", "slate": "ardósia", "jet black": "preto azeviche, azeviche, preto intenso", "rose gold": "ouro rosa, rosé, dourado rosa, ouro rosé",
        "neon yellow": "amarelo neon, amarelo fluorescente, amarelo néon", "neon green": "verde neon, verde fluorescente", "neon pink": "rosa neon, rosa fluorescente", "neon orange": "laranja neon, laranja fluorescente",
    },
    modifiers={
        "dark": "escuro", "light": "claro, clarinho", "deep": "profundo, intenso", "pale": "pálido", "pastel": "pastel", "bright": "brilhante, vivo, forte, vibrante, berrante", "neon": "neon, néon, fluorescente, flúor", "muted": "apagado, fosco", "dusty": "seco, velho", "washed": "desbotado", "medium": "médio", "soft": "suave",
    },
    kinds={
        "shoe": "sapato, tênis, ténis, sapatilha, bota, botim, sandália, salto alto, mocassim, mocassins, sapatênis, chinelo, calçado, sneakers, scarpin, alpargata",
        "shirt": "camisa, camiseta, t-shirt, blusa, polo, suéter, camisola, moletom, regata, camisetas, malha, top, pulôver",
    },
    parts={
        "sole": "sola, solado", "lace": "cadarço, atacador, atacadores, cordão", "lining": "forro, interior", "heel": "salto", "collar": "gola, colarinho", "button": "botão, botões", "zip": "zíper, fecho", "logo": "logo, logotipo, letras", "trim": "costura, borda, detalhe", "strap": "tira, fivela",
        "sleeve": "manga", "toe": "biqueira, bico", "pocket": "bolso", "cuff": "punho", "tongue": "língua",
    },
    traits={
        "stripe": "listra, risca, listrado, às riscas, de listras, riscas, listado", "check": "xadrez, quadriculado, quadrados", "dot": "bolinhas, poá, de bolinhas, pintas", "floral": "flores, florido, floral", "print": "estampa, estampado, padrão", "plain": "liso",
        "leather": "couro, pele, cabedal", "suede": "camurça, veludo", "canvas": "lona, tecido", "linen": "linho", "cotton": "algodão", "wool": "lã", "silk": "seda", "glitter": "brilho, glitter, verniz", "short sleeve": "manga curta, de manga curta", "long sleeve": "manga comprida, manga longa, de manga comprida",
        "low": "baixo, raso", "high": "alto", "women": "feminino, feminina, mulher, senhora, menina", "men": "masculino, masculina, homem, menino", "kids": "infantil, criança, bebê", "casual": "verão, inverno, esporte, corrida, elegante, confortável, barato, novo, bonito, social, largo, justo, grande, pequeno",
    },
    negations="não, nao, que não seja, que não sejam, sem, exceto, excepto, menos, tudo menos, qualquer cor menos, qualquer um menos, salvo, nem, nada de, mas não, nunca, jamais, nenhum, nenhuma, em vez de, a não ser",
    joiners="e, &, mais",
    withs="com",
    choices="ou",
    turns="mas, só, somente, apenas, porém",
    many="multicolorido, multicolor, colorido, arco-íris, arco íris, várias cores, muitas cores",
    fillers=(
        "mostra, mostre, me, mostra-me, mostre-me, quero, queria, gostaria, procuro, estou, procurando, o, a, os, as, um, uma, uns, umas, em, no, na, nos, nas, de, do, da, dos, das, ao, este, esta, isto, esse, essa, isso, algo, alguma, coisa, por, favor, cor, cores, tom, para, tem, há, vocês,"
        " é, são, que, qual, meu, minha, se, ver, dê, muito, par, também, bicolor, tudo, todos, qualquer, existe, vem, quase, pra"
    ),
    bent=_bent,
    colour_follows_noun=True,
    modifier_may_follow=True,
)  # fmt: skip
