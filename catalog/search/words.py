"""What a shopper asks for in words: "show me this in dark red", "navy/white sneakers", "Hemd ohne Streifen", "#b7410e"."""

from difflib import get_close_matches

from catalog.search.asked import AskedColour, Question
from catalog.search.lexicon import Lexicon
from catalog.search.lexicons.en import ENGLISH
from catalog.search.palette import FAMILY_MIDDLES
from catalog.search.pieces import pieces
from catalog.search.reading import Reading
from catalog.search.tokens import colour_words, corrected, tokens, tokens_in_their_language

__all__ = ["MAX_LENGTH", "AskedColour", "Question", "nearest_words", "understand"]

MAX_LENGTH = 100


def understand(text: str, lexicon: Lexicon | None = None, *, forgive_typos: bool = False) -> Question:
    """Read colours, kind and what is left, in the language that knows most of the words."""
    parts = list(pieces(text[:MAX_LENGTH]))
    found, language = (list(tokens(parts, lexicon)), lexicon) if lexicon else tokens_in_their_language(parts)
    question = Reading(found, language).question()
    if forgive_typos and not question.colours and not question.excluded:
        question = Reading(corrected(found, language), language).question()
    return question


_RAL = {"1": "yellow", "2": "orange", "3": "red", "4": "purple", "5": "blue", "6": "green", "7": "grey", "8": "brown"}


def nearest_words(question: Question, *, limit: int = 4) -> list[str]:
    """Colours that we do understand and that may have been meant."""
    near: list[str] = []
    for standard in question.standards:
        digits = "".join(letter for letter in standard if letter.isdigit())
        if standard.lower().startswith("ral") and len(digits) == 4:
            near += [_RAL.get(digits[0], "white")]
    for shade in question.shades:
        near += [f"{shade} {family}" for family in ("blue", "green", "red")]
    known = [name for name in (*FAMILY_MIDDLES, *colour_words(ENGLISH)) if " " not in name]
    for word in question.unknown:
        near += get_close_matches(word, known, n=2, cutoff=0.6)
    return list(dict.fromkeys(near))[:limit]
