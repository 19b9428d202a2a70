"""What shoppers write, and how it is understood."""

import itertools
import random

import pytest
from coloraide import Color
from coloraide.css import color_names

from benchmarks import words as benchmark
from catalog.colours import FAMILIES, Lab, difference_2000, family_of, lab_from_hex
from catalog.search.lexicon import Lexicon
from catalog.search.words import MAX_LENGTH, AskedColour, nearest_words, understand


def colour_of(text: str, **options: object) -> AskedColour:
    colour = understand(text, **options).colour  # type: ignore[arg-type]
    assert colour is not None, text
    return colour


@pytest.mark.parametrize(
    ("text", "name", "family", "is_broad"),
    [
        ("red", "red", "red", True),
        ("RED!", "red", "red", True),
        ("show me this in red", "red", "red", True),
        ("Do you have it in grey, please?", "grey", "grey", True),
        ("gray", "grey", "grey", True),
        ("reddish", "red", "red", True),
        ("bluish", "blue", "blue", True),
        ("navy", "navy", "blue", False),
        ("navy blue", "navy blue", "blue", False),
        ("burgundy", "burgundy", "red", False),
        ("oxblood", "oxblood", "red", False),
        ("olive", "olive", "green", False),
        ("army green", "army green", "green", False),
        ("sage", "sage", "green", False),
        ("mint", "mint", "green", False),
        ("teal", "teal", "blue", False),
        ("turquoise", "turquoise", "blue", False),
        ("sky blue", "sky blue", "blue", False),
        ("sky", "sky", "blue", False),
        ("royal blue", "royal blue", "blue", False),
        ("denim", "denim", "blue", False),
        ("lavender", "lavender", "purple", False),
        ("aubergine", "aubergine", "purple", False),
        ("fuchsia", "fuchsia", "pink", False),
        ("hot pink", "hot pink", "pink", False),
        ("dusty rose", "dusty rose", "pink", False),
        ("blush", "blush", "pink", False),
        ("coral", "coral", "orange", False),
        ("rust", "rust", "orange", False),
        ("mustard", "mustard", "yellow", False),
        ("gold", "gold", "yellow", False),
        ("camel", "camel", "beige", False),
        ("sand", "sand", "beige", False),
        ("cream", "cream", "beige", False),
        ("cognac", "cognac", "brown", False),
        ("chocolate", "chocolate", "brown", False),
        ("off white", "off white", "white", False),
        ("off-white", "off white", "white", False),
        ("ivory", "ivory", "beige", False),
        ("charcoal", "charcoal", "black", False),
        ("anthracite", "anthracite", "black", False),
        ("slate gray", "slate grey", "grey", False),
        ("darkgray", "dark grey", "grey", False),
        ("rebeccapurple", "rebeccapurple", "purple", False),
        ("cornflowerblue", "cornflowerblue", "blue", False),
        ("#b7410e", "#b7410e", "orange", False),
        ("#f00", "#ff0000", "red", False),
    ],
)
def test_a_colour_is_found_in_what_people_write(text: str, name: str, family: str, is_broad: bool):
    colour = colour_of(text)
    assert (colour.name, colour.family, colour.is_broad) == (name, family, is_broad)


@pytest.mark.parametrize("name", sorted(set(color_names.name2val_map) - {"transparent", "linen", "snow"}))
def test_every_css_colour_is_understood(name: str):
    assert understand(name).colour, name


@pytest.mark.parametrize("family", FAMILIES)
def test_the_middle_of_a_family_lies_in_it(family: str):
    assert colour_of(family).family == family


@pytest.mark.parametrize("base", ["red", "blue", "green", "purple", "pink", "brown", "orange"])
def test_modifiers_move_a_colour_the_way_they_say(base: str):
    plain = colour_of(base)
    hue = Color(plain.hex).convert("oklch")["hue"]

    def moved(words: str) -> tuple[float, float]:
        colour = colour_of(f"{words} {base}")
        assert not colour.is_broad
        assert colour.name == f"{words} {base}"
        shown = Color(colour.hex).convert("oklch")
        assert abs((shown["hue"] - hue + 180) % 360 - 180) < 15, words
        return shown["lightness"], shown["chroma"]

    lightness, chroma = Color(plain.hex).convert("oklch").coords()[:2]
    for darker in ("dark", "deep"):
        assert moved(darker)[0] < lightness - 0.05
    for lighter in ("light", "pale", "pastel"):
        assert moved(lighter)[0] > lightness + 0.05
    assert moved("pastel")[1] < 0.1
    assert moved("bright")[1] > moved("muted")[1]
    assert moved("muted")[1] < chroma
    assert moved("dark muted")[0] < lightness


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("navy sneakers", "shoe", ""),
        ("red canvas sneaker", "shoe", "canvas"),
        ("t-shirt in olive", "shirt", ""),
        ("show me pastel pink linen shirts", "shirt", "linen"),
        ("something in red", "", ""),
        ("blue-grey boots", "shoe", ""),
    ],
)
def test_kind_and_other_words_are_told_apart(text: str, kind: str, words: str):
    question = understand(text)
    assert question.colour is not None
    assert (question.kind, question.words) == (kind, words)


def test_two_colours_beside_each_other_are_mixed_or_the_narrower_counts():
    mixed = colour_of("blue grey")
    assert difference_2000(mixed.lab, colour_of("blue").lab) < difference_2000(
        colour_of("grey").lab, colour_of("blue").lab
    )
    assert colour_of("navy blue").hex == colour_of("navy").hex
    assert colour_of("blue navy").hex == colour_of("navy").hex


@pytest.mark.parametrize(
    ("text", "name"),
    [("burgandy", "burgundy"), ("turqoise", "turquoise"), ("lavendar", "lavender"), ("purpel", "purple")],
)
def test_common_misspellings_are_forgiven_where_that_is_wished(text: str, name: str):
    assert understand(text).colour is None
    assert colour_of(text, forgive_typos=True).name == name


@pytest.mark.parametrize(
    "text",
    ["", "   ", "blurple", "running", "the one", "shoes", "dark", "#12", "#ggg", "1=1; --", "\x00", "linen"],
)
def test_what_is_no_colour_is_not_taken_for_one(text: str):
    assert understand(text, forgive_typos=True).colour is None


def test_what_was_not_understood_is_said():
    assert understand("blurple sneakers please").words == "blurple"


def test_long_input_is_cut_and_quick():
    assert understand("x " * 100_000 + "red").colour is None
    assert understand("red " * MAX_LENGTH).colour is not None


def test_a_family_takes_all_its_shades_and_a_narrow_colour_only_near_ones():
    red, burgundy = colour_of("red"), colour_of("burgundy")
    bright, dark = lab_from_hex("#e63946"), lab_from_hex("#6a0f1c")
    assert red.accepts(bright, family_of(bright))
    assert red.accepts(dark, family_of(dark))
    assert burgundy.accepts(dark, "red")
    assert not burgundy.accepts(bright, "red")
    assert not red.accepts(lab_from_hex("#1d3557"), "blue")


def test_another_language_is_another_lexicon():
    danish = Lexicon(
        code="da",
        name="Danish",
        colours={"red": "rød, røde", "wine": "vinrød"},
        modifiers={"dark": "mørk, mørke"},
        kinds={"shoe": "sko"},
        negations="ikke",
        fillers="vis, mig, i",
    )
    question = understand("Vis mig sko i mørk rød", danish)
    assert question.colour is not None
    assert (question.colour.name, question.kind, question.words) == ("dark red", "shoe", "")
    assert colour_of("vinrod", lexicon=danish).name == "wine"
    assert [colour.name for colour in understand("ikke røde", danish).excluded] == ["red"]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl", "pl"])
def test_sentences_in_eight_languages_are_read_rightly(language: str):
    """`benchmarks/words.csv`, whose readings were written by hand."""
    sentences = [sentence for sentence in benchmark.read(benchmark.SENTENCES) if sentence["language"] == language]
    wrong = {sentence["query"]: problem for sentence in sentences if (problem := benchmark.judge(sentence)[1])}
    assert len(wrong) <= (1 - benchmark.WANTED_SHARE) * len(sentences), wrong


@pytest.mark.parametrize(
    ("text", "wanted", "excluded", "words"),
    [
        ("not red", [], ["red"], ()),
        ("blue shirt -light blue", ["blue"], ["light blue"], ()),
        ("shirt without stripes", [], [], ("stripes",)),
        ("blue, but not dark", ["blue"], ["dark blue"], ()),
        ("boots without white sole", [], [], ()),
        ("not only red", ["red"], [], ()),
    ],
)
def test_what_is_not_wanted(text: str, wanted: list[str], excluded: list[str], words: tuple[str, ...]):
    question = understand(text)
    assert [colour.name for colour in question.colours] == wanted
    assert [colour.name for colour in question.excluded] == excluded
    assert question.excluded_words == words


@pytest.mark.parametrize(
    ("text", "names", "is_either"),
    [
        ("navy/white sneakers", ["navy", "white"], False),
        ("black white", ["black", "white"], False),
        ("blue grey", ["blue grey"], False),
        ("red or blue", ["red", "blue"], True),
        ("red, green or blue", ["red", "green", "blue"], True),
        ("half black half white", ["black", "white"], False),
        ("black shoes with red sole", ["black"], False),
    ],
)
def test_two_colours(text: str, names: list[str], is_either: bool):
    question = understand(text)
    assert ([colour.name for colour in question.colours], question.is_either) == (names, is_either)


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("Red Wing boots brown", "brown", "red wing"),
        ("Orange Bowl tee blue", "blue", "orange bowl"),
        ("Levi red tab black shirt", "black", "levi red tab"),
        ("Zurbaran green society tee white", "white", "zurbaran green society"),  # on no list of ours
    ],
)
def test_a_colour_in_a_name_is_not_the_colour_asked_for(text: str, name: str, words: str):
    question = understand(text)
    assert [colour.name for colour in question.colours] == [name]
    assert question.words == words


@pytest.mark.parametrize(
    "text", ["1d2a4d", "0x1d2a4d", "rgb(29,42,77)", "RGB 29 42 77", "rgba(29, 42, 77, 0.4)", "#1D2A4Dff"]
)
def test_colours_by_number(text: str):
    assert colour_of(text).hex == "#1d2a4d"


@pytest.mark.parametrize("text", ["beaded shoes", "facade", "size 123", "decade"])
def test_words_of_hex_letters_are_words(text: str):
    assert understand(text).colour is None


def test_numbers_of_colour_standards_are_named_and_not_guessed():
    question = understand("RAL 5010")
    assert (question.colour, question.standards, nearest_words(question)) == (None, ("RAL 5010",), ["blue"])
    assert understand("Pantone 19-4052 TCX").standards == ("Pantone 19-4052 TCX",)
    assert colour_of("pantone classic blue").family == "blue"


def test_the_nearest_words_are_named_where_nothing_is_understood():
    assert "purple" in nearest_words(understand("blurple sneakers"))
    assert nearest_words(understand("dark"))[0] == "dark blue"


def test_our_difference_is_coloraides():
    rng = random.Random(3)
    labs = [Lab(l=rng.uniform(0, 100), a=rng.uniform(-100, 100), b=rng.uniform(-100, 100)) for _ in range(300)]
    labs += [Lab(l=value, a=0, b=0) for value in (0, 30, 100)]
    for one, other in itertools.pairwise(labs):
        theirs = Color("lab-d65", one.as_vector()).delta_e(Color("lab-d65", other.as_vector()), method="2000")
        assert difference_2000(one, other) == pytest.approx(theirs, abs=1e-9)
