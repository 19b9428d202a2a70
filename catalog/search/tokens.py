"""Pieces with their meaning in the language that explains most of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

from catalog.search.lexicon import Lexicon, Meaning, Role, plain
from catalog.search.lexicons import LEXICONS
from catalog.search.lexicons.en import ENGLISH
from catalog.search.pieces import Piece, Sort

_LONGEST_PHRASE = 5  # words
_TYPO = 0.83  # similarity from which a word is taken for a misspelt colour
_BORROWED = 0.5  # what an English word counts for another language
_ELISIONS = frozenset(["l", "d", "j", "n", "c", "s", "m", "t", "qu", "dell", "nell", "all", "sull", "quell", "un"])
_UNKNOWN = Meaning(Role.FILLER, "?")


@dataclass(frozen=True, kw_only=True)
class Token:
    role: Role | None  # None: a word that we do not know
    text: str  # as it was written
    value: str = ""
    is_own: bool = False  # a word of the language itself
    sort: Sort = Sort.WORD

    @property
    def is_unknown(self) -> bool:
        return self.role is None and self.sort == Sort.WORD


def tokens_in_their_language(pieces: Sequence[Piece]) -> tuple[list[Token], Lexicon]:
    """By the language that knows most of the words; the first of `LEXICONS` among equals."""
    readings = [(list(tokens(pieces, lexicon)), lexicon) for lexicon in LEXICONS]
    return max(readings, key=lambda reading: _known(reading[0]))


def _known(found: Sequence[Token]) -> float:
    return sum(_weight(token) for token in found if token.role)


def _weight(token: Token) -> float:
    """A word that only looks English once its accents are off is not English."""
    words = len(token.text.replace("-", " ").split())
    return words * (1.0 if token.is_own else _BORROWED)


def tokens(pieces: Sequence[Piece], lexicon: Lexicon) -> Iterator[Token]:
    start = 0
    words = [part for piece in pieces for part in _parts(piece, lexicon)]
    while start < len(words):
        found, length = _token_at(words, start, lexicon)
        yield from found
        start += length


def _parts(piece: Piece, lexicon: Lexicon) -> list[Piece]:
    """blue-grey is two words, t-shirt is one; l'orange is two, levi's is one."""
    if piece.sort != Sort.WORD or piece.plain in vocabulary(lexicon):
        return [piece]
    if "-" in piece.plain:
        halves = zip(piece.text.split("-"), piece.plain.split("-"), strict=True)
        return [part for text, plain in halves for part in _parts(replace(piece, text=text, plain=plain), lexicon)]
    first, mark, rest = piece.plain.partition("'")
    if mark and first in _ELISIONS and rest:
        return [replace(piece, text=part, plain=part) for part in (first, rest)]
    return [piece]


def _token_at(words: list[Piece], start: int, lexicon: Lexicon) -> tuple[list[Token], int]:
    piece = words[start]
    if piece.sort == Sort.COLOUR:
        return [Token(role=Role.COLOUR, text=piece.text, value=piece.plain)], 1
    if piece.sort in {Sort.STANDARD, Sort.MINUS}:
        role = Role.NOT if piece.sort == Sort.MINUS else None
        return [Token(role=role, text=piece.text, sort=piece.sort)], 1
    known = vocabulary(lexicon)
    for length in range(min(_LONGEST_PHRASE, len(words) - start), 0, -1):
        phrase = words[start : start + length]
        meaning = known.get(" ".join(word.plain for word in phrase))
        if meaning is not None and (meaning.role != Role.NAME or _is_name(words, start, length, known)):
            return [_known_token(" ".join(word.text for word in phrase), meaning, lexicon)], length
    if piece.sort == Sort.MARK:
        return [Token(role=_MARKS.get(piece.plain), text=piece.text, sort=Sort.MARK)], 1
    return _taken_apart(piece, lexicon) or [Token(role=None, text=piece.text)], 1


def _is_name(words: list[Piece], start: int, length: int, known: Mapping[str, Meaning]) -> bool:
    """Deep Purple is a band where another colour is named, else a colour."""
    roles = [known[word.plain].role if word.plain in known else None for word in words]
    inside, outside = roles[start : start + length], roles[:start] + roles[start + length :]
    return not {Role.COLOUR, Role.MODIFIER}.issuperset(inside) or Role.COLOUR in outside


_MARKS = {"/": Role.AND, "&": Role.AND, "+": Role.AND, "|": Role.AND}


def _known_token(text: str, meaning: Meaning, lexicon: Lexicon) -> Token:
    is_own = lexicon.vocabulary.get(plain(text)) == meaning and not (lexicon is ENGLISH and not text.isascii())
    return Token(role=meaning.role, text=text, value=meaning.value, is_own=is_own)


@cache
def vocabulary(lexicon: Lexicon) -> Mapping[str, Meaning]:
    """A language's words, and English ones, which shops use everywhere."""
    return {**ENGLISH.vocabulary, **lexicon.vocabulary}


def _taken_apart(piece: Piece, lexicon: Lexicon) -> list[Token]:
    """reddish is red; darkgrey, dunkelrot and czarnobiały are two words; Lederschuhe are shoes."""
    word, known = piece.plain, vocabulary(lexicon)
    if word.endswith("ish"):
        stem = word.removesuffix("ish")
        meaning = next((known[part] for part in (stem, stem[:-1], stem + "e") if part in known), _UNKNOWN)
        return [_as_token(piece, meaning, lexicon)] if meaning.role == Role.COLOUR else []
    return _compound(piece, lexicon) or _compound_kind(piece, lexicon)


def _compound(piece: Piece, lexicon: Lexicon) -> list[Token]:
    word, known = piece.plain, vocabulary(lexicon)
    firsts = {Role.MODIFIER, Role.COLOUR} if lexicon.has_compounds else {Role.MODIFIER}
    for cut in range(3, len(word) - 1):
        first = known.get(word[:cut])
        if first is None or first.role not in firsts:
            continue
        rest = replace(piece, plain=word[cut:])
        second = known.get(rest.plain)
        if second is not None and second.role == Role.COLOUR:
            return [_as_token(piece, first, lexicon), _as_token(rest, second, lexicon)]
        if second is None and (more := _compound(rest, lexicon)):
            return [_as_token(piece, first, lexicon), *more]
    return []


def _compound_kind(piece: Piece, lexicon: Lexicon) -> list[Token]:
    for ending, kind in lexicon.kind_endings.items():
        first = piece.plain.removesuffix(ending)
        if first and first != piece.plain:
            meaning = vocabulary(lexicon).get(first) or vocabulary(lexicon).get(first.removesuffix("s"))
            before = (
                [_as_token(piece, meaning, lexicon)] if meaning and meaning.role in {Role.COLOUR, Role.TRAIT} else []
            )
            return [*before, Token(role=Role.KIND, text=piece.text, value=kind, is_own=True)]
    return []


def _as_token(piece: Piece, meaning: Meaning, lexicon: Lexicon) -> Token:
    return Token(role=meaning.role, text=piece.text, value=meaning.value, is_own=lexicon is not ENGLISH)


def corrected(found: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """With colours for words that are nearly one, of this language or else of any."""
    return [_corrected(token, lexicon) if token.is_unknown and len(token.text) >= 4 else token for token in found]


def _corrected(token: Token, lexicon: Lexicon) -> Token:
    for language in (lexicon, *LEXICONS):
        near = get_close_matches(plain(token.text), colour_words(language), n=1, cutoff=_TYPO)
        if near:
            return replace(token, role=Role.COLOUR, value=vocabulary(language)[near[0]].value)
    return token


@cache
def colour_words(lexicon: Lexicon) -> tuple[str, ...]:
    """Single words for colours, long enough to be misspelt."""
    words = vocabulary(lexicon).items()
    return tuple(word for word, meaning in words if meaning.role == Role.COLOUR and len(word) > 3 and " " not in word)
