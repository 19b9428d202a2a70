"""Contrast of the design system's colours, after WCAG 2.2 AA: 4.5 for text, 3 for the borders of controls."""

import re
from pathlib import Path

import pytest
from coloraide import Color
from django.contrib.staticfiles import finders

CSS = Path(finders.find("catalog/css/tokens.css")).read_text()
LIGHT, DARK_BY_SYSTEM, DARK_BY_CHOICE = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root[^{,]*\{[^}]*?--paper:.*?\}", CSS, re.DOTALL)
)
TEXT = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "panel"),
    ("ink-soft", "paper"),
    ("ink-soft", "surface"),
    ("ink-soft", "panel"),
    ("paper", "ink"),
    ("accent", "paper"),
    ("good", "good-panel"),
    ("bad", "bad-panel"),
    ("bad", "surface"),
    ("warn", "warn-panel"),
]


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_can_be_read(theme: dict[str, str], front: str, back: str):
    assert Color(theme[front]).contrast(theme[back]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize("back", ["paper", "surface"])
def test_controls_and_the_focus_ring_can_be_seen(theme: dict[str, str], back: str):
    assert Color(theme["line-strong"]).contrast(theme[back]) >= 3
    assert Color(theme["accent"]).contrast(theme[back]) >= 3


def test_both_ways_into_the_dark_are_the_same():
    assert DARK_BY_SYSTEM == DARK_BY_CHOICE


def test_styles_name_no_raw_colours_outside_the_tokens():
    allowed = {"tokens.css", "admin.css"}
    sheets = Path(finders.find("catalog/css/tokens.css")).parent.glob("*.css")
    raw = {
        sheet.name: re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text())
        for sheet in sheets
        if sheet.name not in allowed
    }
    # A product's stage stays light in the dark, and so does what is written on it.
    assert {name: colours for name, colours in raw.items() if colours} == {
        "shop.css": ["#625e56", "#fffffff0", "#3b3832"]
    }
