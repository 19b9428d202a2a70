"""How shoppers' sentences are understood: `python -m benchmarks.words [--all]`.

`words.csv` holds sentences in eight languages with their right reading, written by hand: a family's name means any shade of
it, #rrggbb a narrow colour (right within CIEDE2000 of 12), `+` both at once, `/` either. A sentence counts as right where
wanted and excluded colours, kind and excluded words are all right, and nothing is read into it.
"""

import argparse
import csv
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from catalog.search.words import AskedColour, Question

SENTENCES = Path(__file__).with_name("words.csv")
WANTED_SHARE = 0.95
_NEAR = 12.0  # CIEDE2000
Sentence = dict[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="Show every sentence, not only those read wrongly.")
    parser.add_argument("--sentences", type=Path, default=SENTENCES)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    django.setup()
    right = {}
    sentences = list(read(options.sentences))
    for sentence in sentences:
        question, problem = judge(sentence)
        right.setdefault(sentence["language"], []).append(not problem)
        if problem or options.all:
            sys.stdout.write(
                f"{'wrong' if problem else 'right'}  {sentence['query']}: {problem or described(question)}\n"
            )
    sys.stdout.write(table(right, milliseconds(sentences)))
    share = statistics.mean(one for results in right.values() for one in results)
    return 0 if share >= WANTED_SHARE else 1


def read(path: Path) -> Iterator[Sentence]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def judge(sentence: Sentence) -> tuple["Question", str]:
    """The reading, and what is wrong with it."""
    from catalog.search.words import understand

    question = understand(sentence["query"], forgive_typos=True)
    separator = "/" if "/" in sentence["wanted"] else "+"
    problems = [
        _colours("wanted", sentence["wanted"].split(separator), question.colours),
        _colours("excluded", sentence["excluded"].split(","), question.excluded),
        "" if question.is_either == (separator == "/") else "one or all",
        "" if question.kind == sentence["kind"] else f"kind {question.kind or 'missing'}",
        "" if _same_words(sentence["without"], question.excluded_words) else f"without {question.excluded_words}",
        "" if question.is_multicoloured == (sentence["says"] == "many") else "several colours",
        "" if bool(question.standards) == (sentence["says"] == "standard") else "number of a standard",
    ]
    return question, "; ".join(problem for problem in problems if problem)


def _colours(which: str, expected: list[str], found: "tuple[AskedColour, ...]") -> str:
    named = [name.strip() for name in expected if name.strip()]
    if len(named) == len(found) and all(_is(name, colour) for name, colour in zip(named, found, strict=True)):
        return ""
    return f"{which} {', '.join(f'{colour.name} {colour.hex}' for colour in found) or 'nothing'}"


def _is(name: str, colour: "AskedColour") -> bool:
    from catalog.colours import lab_from_hex

    if name.startswith("#"):
        return not colour.is_broad and colour.difference(lab_from_hex(name)) <= _NEAR
    return colour.is_broad and colour.family == name


def _same_words(expected: str, found: tuple[str, ...]) -> bool:
    wanted = [word for word in expected.split() if word]
    return len(wanted) == len(found) and all(one.startswith(word) for word, one in zip(wanted, found, strict=True))


def described(question: "Question") -> str:
    colours = (" or " if question.is_either else " and ").join(colour.name for colour in question.colours)
    parts = [
        colours,
        *(f"not {colour.name}" for colour in question.excluded),
        *(f"without {word}" for word in question.excluded_words),
        question.kind,
        f"“{question.words}”" if question.words else "",
    ]
    return ", ".join(part for part in parts if part) or "nothing"


def milliseconds(sentences: list[Sentence]) -> float:
    """For one sentence, once the lexicons are read."""
    from catalog.search.words import understand

    started = time.perf_counter()
    for sentence in sentences:
        understand(sentence["query"], forgive_typos=True)
    return (time.perf_counter() - started) / len(sentences) * 1000


def table(right: dict[str, list[bool]], each_ms: float) -> str:
    lines = ["| language | sentences | right |", "| --- | --- | --- |"]
    lines += [f"| {language} | {len(found)} | {statistics.mean(found):.0%} |" for language, found in right.items()]
    everything = [one for found in right.values() for one in found]
    lines.append(f"| all | {len(everything)} | {statistics.mean(everything):.1%} |")
    return "\n".join([*lines, "", f"{each_ms:.1f} ms a sentence", ""])


if __name__ == "__main__":
    sys.exit(main())
