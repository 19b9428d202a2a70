"""What people send to ask for colourways."""

from typing import Any

from django import forms

from catalog.access import Actor, readable
from catalog.errors import InvalidInput
from catalog.models import Photo
from editing.services.requests import MAX_PHOTOS, MAX_SWATCHES, Colourways, parse_swatches


class ColourwayForm(forms.Form):
    """Swatches come as pairs of lines `name` and `colour`, and as a list of hex values, one a line."""

    photos = forms.ModelMultipleChoiceField(Photo.objects.none(), error_messages={"required": "Choose a photo."})
    region = forms.ChoiceField(
        choices=[("dominant", "The main colour"), ("product", "The whole product")], initial="dominant", required=False
    )
    hex_list = forms.CharField(required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    lossless = forms.BooleanField(required=False)
    title = forms.CharField(required=False, max_length=160)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].queryset = readable(actor, Photo).select_related("product")  # type: ignore[attr-defined]

    def clean_photos(self) -> list[Photo]:
        photos = list(self.cleaned_data["photos"])
        if len(photos) > MAX_PHOTOS:
            raise forms.ValidationError(f"Choose at most {MAX_PHOTOS} photos.")
        return photos

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        try:
            values["swatches"] = parse_swatches(self._asked_swatches())
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error
        if not 1 <= len(values["swatches"]) <= MAX_SWATCHES:
            raise forms.ValidationError(f"Choose between 1 and {MAX_SWATCHES} colours.")
        return values

    def _asked_swatches(self) -> list[dict[str, str]]:
        """Chosen chips (`name|#hex`), then the lines of the list; the first of a colour counts."""
        chips = [value.rpartition("|") for value in self.data.getlist("swatch")]
        asked = [{"name": name or colour, "colour": colour} for name, _, colour in chips]
        for line in self.cleaned_data.get("hex_list", "").replace(",", "\n").splitlines():
            *words, colour = line.split() or [""]
            if colour:
                colour = colour if colour.startswith("#") else f"#{colour}"
                asked.append({"name": " ".join(words) or colour, "colour": colour})
        return list({swatch["colour"].lower(): swatch for swatch in reversed(asked)}.values())[::-1]

    def colourways(self) -> Colourways:
        return Colourways(
            swatches=self.cleaned_data["swatches"],
            region=self.cleaned_data["region"] or "dominant",
            format="webp-lossless" if self.cleaned_data["lossless"] else "webp",
        )
