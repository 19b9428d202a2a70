"""What people send to ask for colourways."""

import re
from collections.abc import Collection, Sequence
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from catalog.errors import InvalidInput
from catalog.models import Photo, Product, ProductStatus
from catalog.search.words import understand
from catalog.tenancy.access import Actor, readable
from editing.lifecycle.masks import is_mask_of
from editing.lifecycle.requests import MAX_PHOTOS, MAX_SWATCHES, Colourways, parse_swatches
from editing.measures import MEASURES
from editing.models import Palette, ReviewPolicy, Webhook, WebhookEvent
from editing.swatch_files import MAX_BYTES, read_swatches
from gpu_worker.contract.parts import LABELS, OFFERED

_STAYS = {("shoe",): "soles and laces", ("shirt",): "prints", ("shoe", "shirt"): "soles, laces and prints"}


def region_choices(kinds: Collection[str]) -> list[tuple[str, str]]:
    """Where colours go on products of these kinds; a part says of which it is where there are several kinds."""
    stays = _STAYS[tuple(kind for kind in OFFERED if kind in kinds)]
    parts = [(name, kind) for kind, names in OFFERED.items() if kind in kinds for name in names]
    return [
        ("dominant", f"The main colour: {stays} stay"),
        ("product", "The whole product"),
        ("painted", "Where I paint"),
        *((name, LABELS[name].capitalize() + (f" ({kind}s)" if len(kinds) > 1 else "")) for name, kind in parts),
    ]


_HEX = re.compile(r"#?(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
MAX_PAINTED = 24  # photos that one person paints for one request


def choosable_photos(actor: Actor, words: str = "") -> QuerySet[Photo]:
    """The photos that can be asked for; with words, those of products whose title or SKU holds them."""
    photos = readable(actor, Photo).select_related("product").exclude(product__status=ProductStatus.ARCHIVED)
    if words:
        photos = photos.filter(Q(product__title__icontains=words) | Q(product__sku__icontains=words))
    return photos.order_by("-product__created_at", "product", "position", "pk")


def with_all_views(actor: Actor, photos: Sequence[Photo]) -> list[Photo]:
    """Every photo of the products that these photos show."""
    products = {photo.product_id for photo in photos}
    return list(choosable_photos(actor).filter(product__in=products)[: MAX_PHOTOS + 1])


def asked_swatches(data: QueryDict) -> list[dict[str, str]]:
    """Chosen chips (`name|#hex`), then the lines of the list; the first of a colour counts."""
    chips = [value.rpartition("|") for value in data.getlist("swatch")]
    asked = [{"name": name.strip() or colour, "colour": colour} for name, _, colour in chips]
    asked += listed_swatches(data.get("hex_list", ""))
    return list({swatch["colour"].lower(): swatch for swatch in reversed(asked)}.values())[::-1]


def listed_swatches(text: str) -> list[dict[str, str]]:
    """One colour a line, or between commas: a name and a hex value, or one of the two. What is none is left out."""
    found = [_listed(line) for line in _lines(text)]
    return [swatch for swatch in found if swatch is not None]


def bad_lines(text: str) -> str:
    """A sentence about the lines that are no colours, by number; empty where all are."""
    bad = [(at, line) for at, line in enumerate(_lines(text), start=1) if line.strip() and _listed(line) is None]
    if not bad:
        return ""
    named = ", ".join(f"{at} (“{line.strip()[:30]}”)" for at, line in bad[:5])
    return f"No colour in line {named}. Write a name and a value, such as #c1121f."


def _lines(text: str) -> list[str]:
    return text.replace(",", "\n").replace(";", "\n").splitlines()


def _listed(line: str) -> dict[str, str] | None:
    *words, last = line.split() or [""]
    if _HEX.fullmatch(last):
        colour = _long_hex(last.lstrip("#"))
        return {"name": " ".join(words)[:60] or colour, "colour": colour}
    asked = understand(line)
    if len(asked.colours) != 1 or asked.words or asked.excluded:
        return None
    return {"name": line.strip()[:60], "colour": asked.colours[0].hex}


def _long_hex(digits: str) -> str:
    """#f80 as #ff8800."""
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits).lower()


MIRROR_IMAGES = [("follow", "Takes the new colour"), ("grey", "Turns grey")]


class ColourwayForm(forms.Form):
    """Swatches come as pairs `name|colour` and as a list of hex values, masks as keys `mask-<photo>`."""

    photos = forms.ModelMultipleChoiceField(
        Photo.objects.none(), required=False, error_messages={"invalid_choice": "One of these photos is gone."}
    )
    everything = forms.BooleanField(required=False)
    all_views = forms.BooleanField(required=False)
    q = forms.CharField(required=False, max_length=100)
    regions = forms.MultipleChoiceField(
        choices=region_choices(OFFERED), initial=["dominant"], required=False, widget=forms.CheckboxSelectMultiple
    )
    hex_list = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    lossless = forms.BooleanField(required=False)
    mirror = forms.ChoiceField(choices=MIRROR_IMAGES, initial="follow", required=False)
    title = forms.CharField(required=False, max_length=160)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["photos"].queryset = choosable_photos(actor)  # type: ignore[attr-defined]
        kinds = set(readable(actor, Product).values_list("kind", flat=True).distinct())
        self.fields["regions"].choices = region_choices(kinds or OFFERED)  # type: ignore[attr-defined]
        self.may_be_mirrored = not kinds or "shoe" in kinds

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if problem := bad_lines(values.get("hex_list", "")):
            raise forms.ValidationError(problem)
        try:
            values["photos"] = self._photos(values)
            values["swatches"] = parse_swatches(asked_swatches(cast(QueryDict, self.data)))
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error
        if not 1 <= len(values["swatches"]) <= MAX_SWATCHES:
            raise forms.ValidationError(f"Choose between 1 and {MAX_SWATCHES} colours.")
        if "painted" in values.get("regions", ()):
            values["mask_keys"] = self._masks(values["photos"])
        return values

    def _photos(self, values: dict[str, Any]) -> list[Photo]:
        if "photos" not in values:
            return []  # said already
        photos = list(values["photos"])
        if values.get("everything"):
            found = choosable_photos(self.actor, values.get("q", "").strip()).filter(is_primary=True)
            photos = list({photo.pk: photo for photo in (*photos, *found[: MAX_PHOTOS + 1])}.values())
        if not photos:
            raise InvalidInput("Choose a photo.")
        if values.get("all_views"):
            photos = with_all_views(self.actor, photos)
        if len(photos) > MAX_PHOTOS:
            raise InvalidInput(f"Choose at most {MAX_PHOTOS} photos.")
        return photos

    def _masks(self, photos: Sequence[Photo]) -> dict[int, str]:
        """Keys of the regions that were painted and stored before."""
        if len(photos) > MAX_PAINTED:
            raise forms.ValidationError(f"Paint on at most {MAX_PAINTED} photos at a time.")
        keys = {photo.pk: self.data.get(f"mask-{photo.pk}", "") for photo in photos}
        for photo in photos:
            if not is_mask_of(photo.product.merchant_id, keys[photo.pk]):
                raise forms.ValidationError(f"Paint the region on every photo; {photo.product.title} has none yet.")
        return keys

    def colourways(self) -> Colourways:
        values = self.cleaned_data
        return Colourways(
            swatches=values["swatches"],
            regions=values["regions"] or ["dominant"],
            mask_keys=values.get("mask_keys"),
            format="webp-lossless" if values["lossless"] else "webp",
            mirror=values["mirror"] or "follow",
        )


class PaletteForm(forms.Form):
    name = forms.CharField(max_length=60, label="Name", widget=forms.TextInput(attrs={"placeholder": "Autumn"}))
    colours = forms.CharField(
        required=False, max_length=4000, label="Colours", help_text="One a line: a name and a hex value, such as “Rust #b7410e”.",
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": "Rust #b7410e\nMoss #606c38"}),
    )  # fmt: skip
    file = forms.FileField(
        required=False, label="Or add them from a file", help_text="ASE, ACO or CSV, as drawing programs save swatches."
    )  # fmt: skip
    is_season = forms.BooleanField(required=False, label="This season's: offered first")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        text, file = values.get("colours", ""), values.get("file")
        if problem := bad_lines(text):
            self.add_error("colours", problem)
        values["swatches"] = listed_swatches(text)
        if file is not None:
            try:
                values["swatches"] += read_swatches(file.name, file.read(MAX_BYTES + 1))
            except InvalidInput as error:
                self.add_error("file", error.message)
        if not values["swatches"] and not self.errors:
            self.add_error("colours", "Write at least one colour, or choose a file.")
        return values

    @classmethod
    def of(cls, palette: Palette) -> "PaletteForm":
        lines = [f"{swatch['name']} {swatch['colour']}" for swatch in palette.swatches]
        return cls(initial={"name": palette.name, "colours": "\n".join(lines), "is_season": palette.is_season})

    def values(self) -> dict[str, Any]:
        """What `palette_write` takes."""
        values = self.cleaned_data
        return {"name": values["name"], "swatches": values["swatches"], "is_season": values["is_season"]}


class ReviewPolicyForm(forms.Form):
    """Automatic approval, and a merchant's own limits: one field for each measure, empty for the service's."""

    auto_approve = forms.BooleanField(required=False)

    def __init__(self, *args: Any, policy: ReviewPolicy | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"auto_approve": policy.auto_approve, **policy.limits} if policy else {}
        for name, measure in MEASURES.items():
            side = "at most" if measure.lower_is_better else "at least"
            self.fields[name] = forms.FloatField(
                required=False, min_value=0, max_value=100, label=f"{measure.label}, {side}",
                help_text=f"Empty: {measure.limit:g}", widget=forms.NumberInput(attrs={"step": "any"}),
            )  # fmt: skip

    def limit_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in MEASURES]

    def limits(self) -> dict[str, float]:
        return {name: self.cleaned_data[name] for name in MEASURES if self.cleaned_data.get(name) is not None}


class WebhookForm(forms.Form):
    url = forms.CharField(
        max_length=500, label="Address", widget=forms.URLInput(attrs={"placeholder": "https://shop.example/colorway"})
    )
    events = forms.MultipleChoiceField(
        choices=WebhookEvent.choices, initial=WebhookEvent.values, widget=forms.CheckboxSelectMultiple
    )

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookForm":
        return cls(initial={"url": webhook.url, "events": webhook.events})
