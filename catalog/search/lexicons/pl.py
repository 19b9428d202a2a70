"""Polish."""

from catalog.search.lexicon import Lexicon

_HARD = ("a", "e", "ego", "ej", "emu", "ym", "ych", "ymi", "ą", "o")
_SOFT = ("a", "ie", "iego", "iej", "iemu", "im", "ich", "imi", "ą", "o")


def _bent(word: str) -> tuple[str, ...]:
    """Adjectives in -y and -i in every case, and with the -o that joins them to another (czarno-biały)."""
    if word.endswith("y"):
        return (word, *(f"{word[:-1]}{end}" for end in _HARD))
    if word.endswith(("ki", "gi")):
        return (word, *(f"{word[:-1]}{end}" for end in _SOFT))
    return (word,)


POLISH = Lexicon(
    code="pl",
    name="Polish",
    colours={
        "black": "czarny, czerń, czerni", "grey": "szary, szarość, popielaty, siwy", "white": "biały, biel, bieli, białawy", "beige": "beżowy, beż, beżu", "brown": "brązowy, brąz, brązu, brunatny", "red": "czerwony, czerwień, czerwieni, czerwonawy", "orange": "pomarańczowy, pomarańcz", "yellow": "żółty, żółć, żółtawy",
        "green": "zielony, zieleń, zieleni, zielonkawy", "blue": "niebieski, niebieskawy", "purple": "fioletowy, fiolet, fiolecie, purpurowy, purpura", "pink": "różowy, róż, różu", "lilac": "liliowy, bzowy", "lavender": "lawendowy, lawenda, wrzosowy", "navy": "granatowy, granat, granacie, marynarski", "midnight": "nocny, północny",
        "royal blue": "królewski niebieski, szafirowy", "sky blue": "błękitny, błękit, błękicie", "baby blue": "baby blue, niemowlęcy niebieski", "ice blue": "lodowy, lodowaty", "denim": "dżinsowy, jeansowy, denim", "cobalt": "kobaltowy, chabrowy, kobalt, chaber", "petrol": "petrolowy, morski ciemny", "teal": "morski", "indigo": "indygo", "turquoise": "turkusowy, turkus, turkusie",
        "mint": "miętowy, mięta, miętą, mięty", "sage": "szałwiowy, szałwia", "olive": "oliwkowy, oliwka", "khaki": "khaki, kaki", "army green": "wojskowy zielony, zieleń wojskowa, militarny", "moss": "mchowy", "forest": "leśny", "bottle green": "butelkowy, butelkowa zieleń, zieleń butelkowa, butelkowej zieleni", "emerald": "szmaragdowy, szmaragd", "lime": "limonkowy, limonka", "pistachio": "pistacjowy, pistacja",
        "mustard": "musztardowy, musztarda", "ochre": "ochra, ugrowy", "lemon": "cytrynowy, cytryna", "honey": "miodowy", "gold": "złoty, złocisty, złoto, złocie", "amber": "bursztynowy", "saffron": "szafranowy", "apricot": "morelowy, morela", "peach": "brzoskwiniowy, brzoskwinia", "coral": "koralowy, koral", "salmon": "łososiowy, łosoś", "terracotta": "terakota, terakotowy", "rust": "rdzawy, rdza, rudy", "copper": "miedziany, miedź",
        "bronze": "brązowy metaliczny", "brick": "ceglany, ceglasty", "tomato": "pomidorowy", "scarlet": "szkarłatny, szkarłat", "cherry": "wiśniowy, wiśnia, czereśniowy", "ruby": "rubinowy, rubin", "wine": "winny, kolor wina", "burgundy": "burgundowy, burgund", "bordeaux": "bordowy, bordo, bordeaux", "blood red": "krwisty, krwistoczerwony", "raspberry": "malinowy, malina", "strawberry": "truskawkowy", "fuchsia": "fuksja, fuksjowy, fuksji, amarantowy",
        "magenta": "magenta, karmazynowy", "dusty rose": "brudny róż, brudnego różu, przygaszony róż, pudrowy róż ciemny", "blush": "pudrowy róż, pudrowy, pudrowego różu", "nude": "cielisty, nude", "plum": "śliwkowy, śliwka", "aubergine": "bakłażanowy, oberżynowy, bakłażan", "camel": "camelowy, camel, wielbłądzi", "sand": "piaskowy, piasek", "taupe": "taupe", "stone": "kamienny", "cognac": "koniakowy, koniak", "caramel": "karmelowy, karmel", "chestnut": "kasztanowy, kasztan",
        "chocolate": "czekoladowy, czekolada", "coffee": "kawowy, kawa", "hazel": "orzechowy", "cream": "kremowy, krem, śmietankowy", "ecru": "ecru, écru", "ivory": "kość słoniowa, kości słoniowej", "off white": "złamana biel, złamanej bieli, off white, złamany biały", "snow white": "śnieżnobiały, śnieżna biel", "champagne": "szampański, szampan", "silver": "srebrny, srebrzysty, srebro", "anthracite": "antracytowy, antracyt", "charcoal": "grafitowy, grafit, węglowy", "slate": "łupkowy",
        "light grey": "jasnoszary", "pearl grey": "perłowy, perłowo szary", "jet black": "smolisty, kruczoczarny, głęboka czerń, głęboki czarny", "rose gold": "różowe złoto, różowego złota", "neon yellow": "neonowy żółty, żółty neonowy, neonowożółty, neonowo żółty, żółty neon, neonowe żółte, neonowa żółta",
        "neon green": "neonowy zielony, zielony neon, neonowozielony, neonowo zielony", "neon pink": "neonowy różowy, neonowy róż, różowy neon, neonowo różowy", "neon orange": "neonowy pomarańczowy, neonowo pomarańczowy",
    },
    modifiers={
        "dark": "ciemny, ciemniejszy", "light": "jasny, jaśniejszy", "deep": "głęboki, nasycony, intensywny", "pale": "blady", "pastel": "pastelowy", "bright": "jaskrawy, żywy, ostry", "neon": "neonowy, neon, fluo, fluorescencyjny", "muted": "stonowany, przygaszony, matowy", "dusty": "brudny, przykurzony", "washed": "sprany", "medium": "średni", "soft": "delikatny, łagodny",
    },
    kinds={
        "shoe": "but, buty, butów, butach, butami, trampki, trampek, adidasy, sneakersy, sneakersów, sneakers, kozaki, botki, botków, sandały, sandałów, szpilki, szpilek, mokasyny, półbuty, baleriny, czółenka, klapki, tenisówki, obuwie, trzewiki, pantofle, lakierki",
        "shirt": "koszula, koszule, koszulę, koszuli, koszul, koszulka, koszulki, koszulkę, koszulek, t-shirt, t-shirty, bluzka, bluzki, bluzkę, bluzek, bluza, bluzy, bluzę, sweter, swetry, polo, polówka, podkoszulek, top, topy, golf",
    },
    parts={
        "sole": "podeszwa, podeszwy, podeszwą, podeszwie, podeszwę, podeszwami", "lace": "sznurówki, sznurówkami, sznurówek, sznurowadła, sznurowadłami", "lining": "podszewka, podszewką", "heel": "obcas, obcasem, obcasie, obcasy, obcasami", "collar": "kołnierzyk, kołnierzykiem, kołnierz", "button": "guziki, guzikami, guzik", "zip": "zamek, zamkiem, suwak, suwakiem",
        "logo": "logo, napis, napisem, napisy", "trim": "szwy, szwami, obszycie, wstawki, wstawkami, lamówka, lamówką", "strap": "pasek, paskiem, klamra, klamrą", "sleeve": "rękaw, rękawy, rękawami, rękawem", "toe": "nosek, noskiem, czubek", "tongue": "język", "pocket": "kieszeń, kieszenią", "cuff": "mankiet, mankietami",
    },
    traits={
        "stripe": "paski, pasków, w paski, prążki, w prążki, prążek, pasiasty", "check": "krata, kratę, w kratę, w kratkę, kratka, kraty", "dot": "kropki, w kropki, grochy, w grochy, kropek", "floral": "kwiaty, w kwiaty, kwiatów, kwiecisty, kwiatowy", "print": "nadruk, nadrukiem, nadruku, wzór, wzory, wzorów, wzorzysty, z nadrukiem", "plain": "gładki, jednolity, jednokolorowy",
        "leather": "skóra, skóry, skórzany, skórzane", "suede": "zamsz, zamszowy, zamszu, aksamit, aksamitny, nubuk", "canvas": "płótno, płócienny, materiałowy", "linen": "len, lniany, lnu", "cotton": "bawełna, bawełniany, bawełny", "wool": "wełna, wełniany, wełny", "silk": "jedwab, jedwabny", "glitter": "brokat, błyszczący, lakierowany", "short sleeve": "krótki rękaw, krótkim rękawem, z krótkim rękawem", "long sleeve": "długi rękaw, długim rękawem, z długim rękawem",
        "low": "niski", "high": "wysoki", "women": "damski, kobiecy, dziewczęcy, damskie, kobiet", "men": "męski, chłopięcy, męskie", "kids": "dziecięcy, dzieci", "casual": "letni, zimowy, sportowy, elegancki, wygodny, tani, nowy, ładny, lato, zimę, luźny, obcisły, duży, mały, klasyczny, do biegania",
    },
    negations="nie, bez, oprócz, poza, z wyjątkiem, prócz, wszystko oprócz, wszystko poza, wszystkie oprócz, każdy kolor oprócz, byle nie, ale nie, tylko nie, ani, nigdy, żaden, żadne, żadnych, zamiast",
    joiners="i, &, oraz, plus",
    withs="z, ze, z dodatkiem",
    choices="lub, albo, czy, bądź",
    turns="ale, lecz, tylko, raczej",
    many="wielokolorowy, kolorowy, kolorowe, tęczowy, różnokolorowy, pstrokaty, wiele kolorów",
    fillers=(
        "pokaż, mi, ten, ta, to, te, tę, tego, tej, w, na, do, dla, proszę, szukam, chcę, chciałbym, chciałabym, coś, kolor, kolorze, koloru, kolory, kolorem, odcień, odcieniu, odcienia, jakiś, jakieś, jakaś, czy jest, jest, są, macie, mam, a, o, się, co, który, które, która, mój, moja, moje, bardzo, trochę, para, też, także, dwukolorowy, wszystko, wszystkie, każdy, dzień, dobry, potrzebuję, kupić, kupię, prawie"
    ),
    bent=_bent,
    modifier_may_follow=True,
    has_compounds=True,
)  # fmt: skip
