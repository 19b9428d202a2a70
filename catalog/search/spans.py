"""Colours in a row of tokens, with the modifiers that belong to them: dark navy blue, rojo oscuro."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.colours import lab_from_hex
from catalog.search.asked import AskedColour, colour_called, contrast, modified, together
from catalog.search.lexicon import Lexicon, Role
from catalog.search.tokens import Token


@dataclass(frozen=True, kw_only=True)
class Item:
    """A token, or a colour with its modifiers."""

    token: Token
    colours: tuple[AskedColour, ...] = ()  # two where two words beside each other do not mix

    @property
    def role(self) -> Role | None:
        return self.token.role


def with_colours(found: Sequence[Token], language: Lexicon) -> Iterator[Item]:
    at = 0
    while at < len(found):
        length = _colour_length(found, at, language)
        if length:
            tokens_of_it = found[at : at + length]
            text = " ".join(dict.fromkeys(token.text for token in tokens_of_it))
            last = [token for token in tokens_of_it if token.role == Role.COLOUR][-1]
            yield Item(token=replace(last, text=text), colours=_colours(tokens_of_it, language))
        else:
            yield Item(token=found[at])
        at += length or 1


def _colour_length(found: Sequence[Token], start: int, language: Lexicon) -> int:
    """How many tokens from here on are one colour or several beside each other: dark navy blue."""
    at, has_colour = start, False
    while at < len(found):
        role = found[at].role
        is_than = role == Role.FILLER and found[at].text.lower() == "than" and at > start
        leads = role == Role.MODIFIER and _leads(found, at)
        follows = role == Role.MODIFIER and has_colour and language.modifier_may_follow
        if role != Role.COLOUR and not leads and not follows and not is_than:
            break
        has_colour = has_colour or role == Role.COLOUR
        at += 1
    return at - start if has_colour else 0


def _leads(found: Sequence[Token], at: int) -> bool:
    """A modifier with a colour behind it, other modifiers between."""
    for token in found[at + 1 :]:
        if token.role == Role.COLOUR:
            return True
        if token.role != Role.MODIFIER and token.text.lower() != "than":
            return False
    return False


def _colours(found: Sequence[Token], language: Lexicon) -> tuple[AskedColour, ...]:
    """Modifiers go to the colour behind them, or to the one before where they follow."""
    colours: list[AskedColour] = []
    waiting: list[str] = []
    for token in found:
        if token.role == Role.COLOUR:
            colour = _by_name_or_number(token.value)
            for modifier in reversed(waiting):
                colour = modified(colour, modifier)
            _add(colours, colour)
            waiting = []
        elif token.role == Role.MODIFIER and colours and language.modifier_may_follow:
            colours[-1] = modified(colours[-1], token.value)
        elif token.role == Role.MODIFIER:
            waiting.append(token.value)
    return tuple(colours)


def _add(colours: list[AskedColour], colour: AskedColour) -> None:
    """Two colours beside each other are one where they mix."""
    if colours and not contrast(colours[-1], colour):
        colours[-1] = together(colours[-1], colour)
    else:
        colours.append(colour)


def _by_name_or_number(value: str) -> AskedColour:
    if value.startswith("#"):
        return AskedColour(name=value, lab=lab_from_hex(value), is_broad=False)
    return colour_called(value)
