"""The products of the demo shops: outlines for `editing.demo.drawings`, with colours and names."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from catalog.models import ProductKind
from catalog.services.demo import DemoPicture
from editing.demo.drawings import Part, draw, mirrored

_SLEEVE = [(0.36, 0.10), (0.27, 0.14), (0.15, 0.21), (0.05, 0.36), (0.05, 0.36), (0.18, 0.45), (0.18, 0.45)]
_TEE = mirrored([(0.40, 0.09), *_SLEEVE, (0.255, 0.34), (0.26, 0.60), (0.25, 0.93), (0.25, 0.93), (0.40, 0.945)])
_LONG = mirrored(
    [
        (0.40, 0.08), (0.29, 0.12), (0.19, 0.19), (0.13, 0.42), (0.07, 0.78), (0.07, 0.78), (0.17, 0.81), (0.17, 0.81),
        (0.235, 0.52), (0.265, 0.36), (0.27, 0.62), (0.26, 0.92), (0.26, 0.92), (0.40, 0.935),
    ]
)  # fmt: skip
_COLLAR = mirrored([(0.40, 0.085), (0.405, 0.12), (0.44, 0.165), (0.49, 0.185)])
_COLLAR_INSIDE = mirrored([(0.415, 0.085), (0.42, 0.105), (0.45, 0.14), (0.49, 0.155)])
_POCKET = [(0.58, 0.34), (0.58, 0.34), (0.69, 0.34), (0.69, 0.34), (0.69, 0.45), (0.635, 0.475), (0.58, 0.45)]
_STRIPE = [(0.255, 0.46), (0.255, 0.46), (0.5, 0.47), (0.745, 0.46), (0.745, 0.46), (0.742, 0.54), (0.742, 0.54),
           (0.5, 0.55), (0.258, 0.54), (0.258, 0.54)]  # fmt: skip
_PLACKET = [(0.485, 0.17), (0.485, 0.17), (0.515, 0.17), (0.515, 0.17), (0.515, 0.40), (0.515, 0.40), (0.485, 0.40),
            (0.485, 0.40)]  # fmt: skip

_UPPER = [
    (0.06, 0.46), (0.09, 0.34), (0.15, 0.30), (0.24, 0.335), (0.33, 0.335), (0.44, 0.40), (0.58, 0.50), (0.74, 0.555),
    (0.88, 0.605), (0.945, 0.67), (0.945, 0.72), (0.70, 0.725), (0.40, 0.70), (0.10, 0.665), (0.06, 0.60),
]  # fmt: skip
_HIGH = [
    (0.07, 0.46), (0.08, 0.30), (0.10, 0.16), (0.18, 0.14), (0.30, 0.16), (0.345, 0.26), (0.42, 0.385), (0.58, 0.50),
    (0.74, 0.555), (0.88, 0.605), (0.945, 0.67), (0.945, 0.72), (0.70, 0.725), (0.40, 0.70), (0.10, 0.665),
    (0.065, 0.58),
]  # fmt: skip
_SOLE = [
    (0.05, 0.64), (0.20, 0.66), (0.45, 0.69), (0.72, 0.715), (0.955, 0.695), (0.96, 0.745), (0.90, 0.785),
    (0.65, 0.795), (0.35, 0.765), (0.08, 0.725), (0.045, 0.69),
]  # fmt: skip
_TOE = [(0.76, 0.565), (0.88, 0.605), (0.945, 0.67), (0.945, 0.71), (0.80, 0.715), (0.755, 0.64)]
_HEEL = [(0.065, 0.44), (0.09, 0.35), (0.125, 0.33), (0.155, 0.45), (0.16, 0.66), (0.065, 0.645)]
_TONGUE = [(0.27, 0.30), (0.345, 0.275), (0.40, 0.34), (0.60, 0.495), (0.56, 0.515), (0.40, 0.415)]
_LINING = [(0.12, 0.325), (0.15, 0.305), (0.24, 0.34), (0.31, 0.335), (0.25, 0.375), (0.16, 0.37)]
_BAND = [(0.30, 0.66), (0.38, 0.47), (0.43, 0.50), (0.38, 0.68)]


def _laces(colour: str) -> list[Part]:
    rows = [(0.375, 0.345), (0.42, 0.385), (0.465, 0.42), (0.51, 0.452), (0.555, 0.482)]
    return [
        Part(
            outline=[(x - 0.035, y + 0.055), (x + 0.03, y - 0.012), (x + 0.042, y), (x - 0.02, y + 0.068)],
            colour=colour,
        )
        for x, y in rows
    ]


def _shoe(upper: str, sole: str, accent: str, *, high: bool = False, banded: bool = False) -> list[Part]:
    parts = [Part(outline=_HIGH if high else _UPPER, colour=upper, relief=0.2)]
    if not high:
        parts.append(Part(outline=_LINING, colour="#cfcac2"))
    parts += [Part(outline=_TONGUE, colour=accent), Part(outline=_HEEL, colour=accent)]
    if banded:
        parts += [
            Part(outline=_BAND, colour=accent),
            Part(outline=[(x + 0.09, y + 0.015) for x, y in _BAND], colour=accent),
        ]
    else:
        parts.append(Part(outline=_TOE, colour=sole))
    return [*parts, Part(outline=_SOLE, colour=sole, relief=0.1), *_laces(sole)]


def _shirt(body: str, collar: str, *, long: bool = False, extra: list[Part] | None = None) -> list[Part]:
    return [
        Part(outline=_LONG if long else _TEE, colour=body, relief=0.24),
        *(extra or []),
        Part(outline=_COLLAR, colour=collar),
        Part(outline=_COLLAR_INSIDE, colour="#f4f3f1", relief=0.05),
    ]


_SHOES = [
    ("S-101", "Harbour canvas sneaker", "69.00", _shoe("#2f4b6e", "#f2efe9", "#233a57")),
    ("S-102", "Orchard low trainer", "84.00", _shoe("#5d6b4a", "#efeae0", "#474f38", banded=True)),
    ("S-103", "Ridge high-top", "99.00", _shoe("#a2592f", "#f0ebe3", "#7a3f1e", high=True)),
    ("S-104", "Quay runner", "92.00", _shoe("#8d9298", "#ffffff", "#5e646b", banded=True)),
    ("S-105", "Ember court shoe", "79.00", _shoe("#a8322f", "#f5f2ec", "#7f2422")),
    ("S-106", "Night high-top", "105.00", _shoe("#2b2b2e", "#e9e7e3", "#444449", high=True, banded=True)),
]
_SHIRTS = [
    ("T-201", "Everyday tee", "24.00", _shirt("#4f7a94", "#456b82")),
    ("T-202", "Pocket tee", "27.00", _shirt("#b65b46", "#a14f3c", extra=[Part(outline=_POCKET, colour="#a8523f")])),
    ("T-203", "Long-sleeve basic", "34.00", _shirt("#6d7f5e", "#5f7052", long=True)),
    ("T-204", "Stripe tee", "29.00", _shirt("#d9cdb8", "#2f4b6e", extra=[Part(outline=_STRIPE, colour="#2f4b6e")])),
    (
        "T-205",
        "Henley",
        "38.00",
        _shirt("#7b5a78", "#6a4c67", long=True, extra=[Part(outline=_PLACKET, colour="#68496a")]),
    ),
    ("T-206", "Heavy tee", "31.00", _shirt("#8a8d91", "#7b7e82")),
]


def pictures(kind: ProductKind, known: set[str]) -> Iterator[DemoPicture]:
    """The demo products of a kind with their drawn pictures; drawing takes a second each, so not those known by SKU."""
    for number, (sku, title, price, parts) in enumerate(_SHOES if kind == ProductKind.SHOE else _SHIRTS):
        if sku not in known:
            yield DemoPicture(
                key=sku,
                kind=kind,
                title=title,
                data=draw(parts, seed=number + (100 if kind == ProductKind.SHIRT else 0)),
                file_name=f"{sku.lower()}.png",
                price=Decimal(price),
                description=f"{title}, drawn for this demo. Upload a photo of your own product to see yours.",
                tags=("demo",),
            )


_SAMPLED = {
    ProductKind.SHOE: (
        "S-2", "89.00", ("Tidewater", "Larch", "Cobble", "Fennel", "Northlight", "Saltmarsh", "Juniper", "Slate")
    ),
    ProductKind.SHIRT: (
        "T-3", "32.00", ("Meadow", "Copper", "Pebble", "Inlet", "Poppy", "Lichen", "Dusk", "Chalk")
    ),
}  # fmt: skip


def sampled_pictures(kind: ProductKind, folder: Path, known: set[str]) -> Iterator[DemoPicture]:
    """The products that were drawn from the manifold into a folder, as `python -m gpu_worker showcase` writes them."""
    prefix, price, names = _SAMPLED[kind]
    for number, (name, file) in enumerate(zip(names, sorted(folder.glob("*.png")), strict=False), start=1):
        if f"{prefix}{number:02}" not in known:
            yield DemoPicture(
                key=f"{prefix}{number:02}",
                kind=kind,
                title=f"{name} {kind.value}",
                data=file.read_bytes(),
                file_name=file.name,
                price=Decimal(price),
                description=f"{name}: a design drawn by the {kind.value} manifold; nobody has made or shot it.",
                tags=("demo", "design"),
            )
