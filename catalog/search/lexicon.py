"""A language's words for colours and for what stands around them, and what each of them does in a sentence."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property

Forms = Callable[[str], tuple[str, ...]]  # a word and how it is bent


class Role(Enum):
    """What a word does. A meaning's value is said beside each."""

    COLOUR = auto()  # its English name, such as `dark red`
    MODIFIER = auto()  # its English name
    KIND = auto()  # product kind
    NOT = auto()
    AND = auto()  # both at once
    WITH = auto()  # both at once, or a part of it
    OR = auto()  # either will do
    BUT = auto()
    PART = auto()  # in English: a sole, a lace; whose colour is not the product's
    TRAIT = auto()  # in English: stripes, leather, slim
    NAME = auto()  # a brand or a place, as written
    MANY = auto()  # several colours, whichever
    FILLER = auto()


@dataclass(frozen=True)
class Meaning:
    role: Role
    value: str = ""


def plain(text: str) -> str:
    """Without case, accents and the like: how words are compared."""
    text = text.lower().replace("ß", "ss").replace("ł", "l").replace("ø", "o").replace("\u2019", "'")
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def spellings(text: str) -> Iterator[str]:
    """Plain, and with ae for ä, as those write who have no such key."""
    yield plain(text)
    spelled = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    if spelled != text.lower():
        yield plain(spelled)


def unbent(word: str) -> tuple[str, ...]:
    return (word,)


@dataclass(frozen=True, kw_only=True, eq=False)
class Lexicon:
    """One language. Words of a group are divided by commas and may be phrases; longer phrases are tried first."""

    code: str
    name: str
    colours: Mapping[str, str]  # English colour, perhaps with modifiers -> words
    modifiers: Mapping[str, str] = field(default_factory=dict)  # English modifier -> words
    kinds: Mapping[str, str] = field(default_factory=dict)  # product kind -> words
    kind_endings: Mapping[str, str] = field(default_factory=dict)  # end of a compound -> product kind
    parts: Mapping[str, str] = field(default_factory=dict)  # English -> words
    traits: Mapping[str, str] = field(default_factory=dict)
    negations: str = ""
    joiners: str = ""
    withs: str = ""
    choices: str = ""
    turns: str = ""
    many: str = ""
    fillers: str = ""
    names: str = ""
    bent: Forms = unbent
    colour_follows_noun: bool = False
    modifier_may_follow: bool = False
    has_compounds: bool = False  # dunkelrot, czarnobiały

    @cached_property
    def vocabulary(self) -> Mapping[str, Meaning]:
        """Every spelling of every form."""
        return dict(self._entries())

    def _entries(self) -> Iterator[tuple[str, Meaning]]:
        """What comes later wins."""
        groups = (
            (Role.FILLER, {"": self.fillers}, False),
            (Role.TRAIT, self.traits, True),
            (Role.PART, self.parts, True),
            (Role.KIND, self.kinds, True),
            (Role.MODIFIER, self.modifiers, True),
            (Role.COLOUR, self.colours, True),
            (Role.MANY, {"": self.many}, True),
            (Role.AND, {"": self.joiners}, False),
            (Role.WITH, {"": self.withs}, False),
            (Role.OR, {"": self.choices}, False),
            (Role.BUT, {"": self.turns}, False),
            (Role.NOT, {"": self.negations}, False),
        )
        for role, words_of, is_bent in groups:
            for value, words in words_of.items():
                for form in self._forms(words, is_bent=is_bent):
                    yield form, Meaning(role, value)
        for name in listed(self.names):
            yield plain(name), Meaning(Role.NAME, plain(name))

    def _forms(self, words: str, *, is_bent: bool) -> Iterator[str]:
        for word in listed(words):
            for form in self.bent(word) if is_bent and " " not in word else (word,):
                yield from spellings(form)


def listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]
