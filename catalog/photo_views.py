"""Which view a photo shows, as its file's name says it."""

import re
import unicodedata

from catalog.models.photo import View

_WORDS: dict[View, tuple[str, ...]] = {
    View.FRONT: ("front", "vorne", "vorn", "vorderseite", "face", "avant", "main", "hero"),
    View.BACK: ("back", "rear", "hinten", "rueckseite", "ruckseite", "dos", "arriere", "heel"),
    View.LEFT: ("left", "links", "gauche"),
    View.RIGHT: ("right", "rechts", "droite"),
    View.TOP: ("top", "above", "oben", "dessus"),
    View.SOLE: ("sole", "bottom", "outsole", "sohle", "semelle"),
    View.DETAIL: ("detail", "closeup", "macro", "zoom"),
    View.WORN: ("worn", "model", "onmodel", "getragen", "porte"),
}
_VIEW_OF = {word: view for view, words in _WORDS.items() for word in words}


def view_named(file_name: str) -> View:
    """The view that one word of the file's name says; UNKNOWN where none or several do."""
    stem = file_name.rpartition(".")[0] or file_name
    plain = unicodedata.normalize("NFKD", stem.lower()).encode("ascii", "ignore").decode()
    found = {_VIEW_OF[word] for word in re.split(r"[^a-z]+", plain) if word in _VIEW_OF}
    return found.pop() if len(found) == 1 else View.UNKNOWN
