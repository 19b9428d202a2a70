"""What the tokens of a sentence ask for together."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from catalog.search.asked import Question, modified
from catalog.search.lexicon import Lexicon, Role
from catalog.search.pieces import Sort
from catalog.search.spans import Item, with_colours
from catalog.search.tokens import Token

_PATTERNS = frozenset({"stripe", "check", "dot", "floral", "print"})
_ALSO_MATERIALS = frozenset({"denim", "straw", "steel", "pearl", "copper", "bronze", "brass"})
_BINDING = frozenset({Role.AND, Role.WITH, Role.FILLER, Role.MODIFIER, Role.TRAIT})


class Reading:
    """One sentence. Each step takes items away or moves them to where they belong."""

    def __init__(self, found: Sequence[Token], language: Lexicon) -> None:
        self._language = language
        self._items = list(with_colours(found, language))
        self._excluded: list[Item] = []
        self._details: list[str] = []
        self._is_either = False

    def question(self) -> Question:
        self._take_parts()
        self._take_negations()
        self._take_patterns()
        self._take_materials()
        self._take_names()
        self._take_late_shades()
        wanted = [colour for item in self._items for colour in item.colours]
        kinds = [item.token.value for item in self._items if item.role == Role.KIND]
        return Question(
            colours=tuple(dict.fromkeys(wanted)),
            is_either=self._is_either and len(wanted) > 1,
            excluded=tuple(colour for item in self._excluded for colour in item.colours),
            kind=kinds[0] if kinds else "",
            words=" ".join(self._word(item.token) for item in self._items if _is_text(item)),
            excluded_words=tuple(self._word(item.token) for item in self._excluded if not item.colours),
            unknown=tuple(item.token.text.lower() for item in self._items if item.token.is_unknown),
            details=tuple(self._details),
            standards=tuple(item.token.text for item in self._items if item.token.sort == Sort.STANDARD),
            is_multicoloured=any(item.role == Role.MANY for item in self._items),
            shades=tuple(item.token.value for item in self._items if item.role == Role.MODIFIER),
            language=self._language.code,
        )

    def _word(self, token: Token) -> str:
        """As written, or as texts in English would have it."""
        translated = token.role in {Role.TRAIT, Role.PART} and self._language.code != "en"
        return token.value if translated else token.text.lower()

    def _take_parts(self) -> None:
        """A part and its colour: the sole of "black shoes with red sole" says nothing about the shoes."""
        self._items = list(_second_kinds_as_parts(self._items))
        at = 0
        while at < len(self._items):
            if self._items[at].role == Role.PART:
                at = self._take_part(at)
            at += 1

    def _take_part(self, at: int) -> int:
        colour = self._colour_beside(at)
        if colour is None:
            return at
        part = self._items[at].token.value
        self._details.append(f"{' '.join(c.name for c in self._items[colour].colours)} {part}")
        first, last = min(at, colour), max(at, colour)
        if first > 0 and self._items[first - 1].role == Role.NOT:  # "without white sole" says nothing of white
            first -= 1
        self._items[first : last + 1] = [Item(token=_filler(self._items[at].token))]
        return first

    def _before(self, at: int) -> Role | None:
        before = [item.role for item in self._items[:at] if item.role != Role.FILLER]
        return before[-1] if before else None

    def _colour_beside(self, at: int) -> int | None:
        """Before the part, or behind it where adjectives follow their noun."""
        after = next((i for i in range(at + 1, len(self._items)) if self._items[i].role != Role.FILLER), None)
        if self._language.colour_follows_noun:
            return after if after is not None and self._items[after].colours else None
        return at - 1 if at > 0 and self._items[at - 1].colours else None

    def _take_negations(self) -> None:
        kept: list[Item] = []
        at = 0
        while at < len(self._items):
            if self._items[at].role == Role.NOT:
                at = self._take_negation(at + 1, kept)
            else:
                kept.append(self._items[at])
                at += 1
        self._items = kept

    def _take_negation(self, at: int, kept: list[Item]) -> int:
        """What is not wanted: the next colour or word, and those that "or", "and" or "nor" join to it."""
        at = self._skip(at, {Role.FILLER, Role.NOT, Role.WITH})
        while at < len(self._items) and self._may_be_excluded(at, kept):
            self._exclude(self._items[at], kept)
            at += 1
            joined = self._skip(at, {Role.OR, Role.AND, Role.NOT})
            if joined == at or joined >= len(self._items) or not self._items[joined].colours:
                return at
            at = joined
        return at

    def _skip(self, at: int, roles: set[Role]) -> int:
        while at < len(self._items) and self._items[at].role in roles:
            at += 1
        return at

    def _may_be_excluded(self, at: int, kept: list[Item]) -> bool:
        item = self._items[at]
        if item.role == Role.KIND:  # "shoes, no boots"; in "not shoes in red" the kind is what is meant
            return any(before.role == Role.KIND for before in kept)
        return bool(item.colours) or item.token.is_unknown or item.role in {
            Role.TRAIT, Role.PART, Role.NAME, Role.MODIFIER, Role.MANY,
        }  # fmt: skip

    def _exclude(self, item: Item, kept: list[Item]) -> None:
        if item.role != Role.MODIFIER:
            self._excluded.append(item)
            return
        wanted = [colour for before in kept for colour in before.colours]  # "blue, but not dark"
        self._excluded.append(replace(item, colours=tuple(modified(colour, item.token.value) for colour in wanted)))
        if not wanted:
            self._excluded.pop()
            self._details.append(f"not {item.token.value}")

    def _take_patterns(self) -> None:
        """The stripes of "white shirt with blue stripes", where another colour is the shirt's."""
        for at, item in enumerate(self._items):
            if item.role != Role.TRAIT or item.token.value not in _PATTERNS or self._count() < 2:
                continue
            colour = self._colour_beside(at)
            if colour is not None and self._is_the_patterns(at, colour):
                names = " ".join(asked.name for asked in self._items[colour].colours)
                self._details.append(f"{names} {item.token.value}")
                self._items[colour] = replace(self._items[colour], token=_filler(self._items[colour].token), colours=())

    def _is_the_patterns(self, at: int, colour: int) -> bool:
        if self._language.colour_follows_noun:
            return any(item.colours for item in self._items[:at])
        return colour == 0 or self._before(colour) == Role.WITH

    def _take_materials(self) -> None:
        """Denim is a colour where no other is named."""
        for at, item in enumerate(self._items):
            if item.token.value in _ALSO_MATERIALS and item.colours and self._count() > 1:
                self._items[at] = Item(token=replace(item.token, role=Role.TRAIT))

    def _count(self) -> int:
        return sum(1 for item in self._items if item.colours)

    def _take_names(self) -> None:
        """Of colours that nothing joins, the one that is least like a name ("red wing boots brown") counts."""
        groups = self._groups()
        if len(groups) < 2:
            return
        chosen = min(groups, key=lambda group: (self._name_likeness(group), self._distance_from_noun(group)))
        for group in groups:
            if group is not chosen:
                for at in group:
                    self._items[at] = Item(token=replace(self._items[at].token, role=Role.NAME))

    def _take_late_shades(self) -> None:
        """Of "blue shirt, darker"."""
        places = [at for at, item in enumerate(self._items) if item.colours]
        if len(places) != 1 or len(self._items[places[0]].colours) != 1:
            return
        for at in range(places[0] + 1, len(self._items)):
            item, coloured = self._items[at], self._items[places[0]]
            behind = next((other.role for other in self._items[at + 1 :] if other.role != Role.FILLER), Role.KIND)
            if item.role == Role.MODIFIER and behind in {Role.KIND, Role.MODIFIER}:
                self._items[places[0]] = replace(coloured, colours=(modified(coloured.colours[0], item.token.value),))
                self._items[at] = Item(token=_filler(item.token))

    def _groups(self) -> list[list[int]]:
        """Places of colours, together where something joins them."""
        groups: list[list[int]] = []
        for at, item in enumerate(self._items):
            if not item.colours:
                continue
            if groups and self._join(groups[-1][-1], at):
                groups[-1].append(at)
            else:
                groups.append([at])
        return groups

    def _join(self, first: int, second: int) -> bool:
        between = self._items[first + 1 : second]
        roles = {item.role for item in between}
        if roles & {Role.OR, Role.BUT} or any(item.token.text in {",", ";"} for item in between):
            self._is_either = True
            return True
        if any(item.token.is_unknown or item.role == Role.NAME for item in between):
            return False
        return bool(roles & {Role.AND, Role.WITH}) and roles <= _BINDING | {Role.KIND}

    def _name_likeness(self, group: list[int]) -> int:
        first, last = group[0], group[-1]
        followed = last + 1 < len(self._items) and self._items[last + 1].token.is_unknown
        led = first > 0 and self._items[first - 1].token.is_unknown
        return 2 * followed + led

    def _distance_from_noun(self, group: list[int]) -> int:
        """To the kind that stands behind it, or before it where adjectives follow; else from the start."""
        kinds = [at for at, item in enumerate(self._items) if item.role == Role.KIND]
        if not kinds:
            return group[0]
        gap = (group[0] - kinds[0]) if self._language.colour_follows_noun else (kinds[0] - group[-1])
        return gap if gap > 0 else len(self._items) + group[0]


def _is_text(item: Item) -> bool:
    return item.token.is_unknown or item.role in {Role.TRAIT, Role.NAME}


def _filler(token: Token) -> Token:
    return replace(token, role=Role.FILLER)


def _second_kinds_as_parts(items: list[Item]) -> Iterator[Item]:
    """The heels of "black shoes with red heels"."""
    has_kind = follows_with = False
    for item in items:
        if item.role == Role.KIND and has_kind and follows_with:
            yield replace(item, token=replace(item.token, role=Role.PART, value=item.token.text.lower()))
            continue
        has_kind = has_kind or item.role == Role.KIND
        follows_with = item.role == Role.WITH or (follows_with and (item.role == Role.FILLER or bool(item.colours)))
        yield item
