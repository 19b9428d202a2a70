"""What is chosen for an export."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from catalog import naming
from catalog.errors import InvalidInput
from catalog.inputs import whole_number
from editing.publishing.exports.pictures import DEFAULT_NAME, NAME_FIELDS
from editing.publishing.exports.presets import PRESETS, Preset
from editing.publishing.selection import MAX_CHOSEN, Selection


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """An export as it was asked for."""

    selection: Selection
    preset: Preset
    pattern: str
    with_photos: bool


class ExportForm(forms.Form):
    """Sent by GET, so that a choice is an address that can be kept."""

    preset = forms.ChoiceField(choices=[(key, preset.label) for key, preset in PRESETS.items()], required=False)
    name = forms.CharField(max_length=120, required=False)
    photos = forms.BooleanField(required=False)
    q = forms.CharField(max_length=100, required=False)

    def clean_name(self) -> str:
        pattern = str(self.cleaned_data["name"]) or DEFAULT_NAME
        try:
            naming.check(pattern, NAME_FIELDS)
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error
        return pattern

    def chosen(self) -> Chosen:
        """Wants a valid form."""
        values: dict[str, Any] = self.cleaned_data
        data = self.data
        listed = data.getlist("product") if isinstance(data, QueryDict) else data.get("product", [])
        products = [pk for text in listed if (pk := whole_number(str(text)))][:MAX_CHOSEN]
        return Chosen(
            selection=Selection(products=products, words=values["q"].replace("\0", "").strip()),
            preset=PRESETS[values["preset"] or "original"],
            pattern=values["name"],
            with_photos=values["photos"],
        )
