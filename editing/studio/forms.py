from typing import Any, cast

from django import forms

from catalog.inputs import whole_number
from catalog.models import ProductKind
from editing.models import Attribute, Method

LEARNED = [
    (Method.LOGISTIC.value, "Classifier: finds what tells the two groups apart (best with 20 or more of each)"),
    (Method.MEAN.value, "Difference of the averages: steady with few examples"),
    (Method.NEAREST.value, "Difference of the nearest neighbours: for products like one of yours"),
]


class AttributeForm(forms.Form):
    """A new attribute's name and how it is found; the examples come beside it."""

    kind = forms.ChoiceField(choices=ProductKind.choices, widget=forms.HiddenInput)
    name = forms.CharField(max_length=60, label="Your word for it", help_text="Such as chunky, retro or festive.")
    method = forms.ChoiceField(
        choices=LEARNED, widget=forms.RadioSelect, initial=Method.LOGISTIC.value, label="How it is found"
    )
    neighbours = forms.IntegerField(min_value=5, max_value=400, initial=40, required=False, label="How many neighbours")
    keeps = forms.ModelMultipleChoiceField(
        Attribute.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label="Leave these as they are"
    )

    def __init__(self, *args: Any, usable: list[Attribute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keeps = cast("forms.ModelMultipleChoiceField[Attribute]", self.fields["keeps"])
        keeps.queryset = Attribute.objects.filter(pk__in=[attribute.pk for attribute in usable])


def examples(data: Any) -> tuple[list[int], list[int]]:
    """Photos marked as having it and as lacking it: fields example-<photo> with the values has and lacks."""
    having: list[int] = []
    lacking: list[int] = []
    for name in data:
        number = whole_number(name.removeprefix("example-"))
        if name.startswith("example-") and number:
            {"has": having, "lacks": lacking}.get(data[name], []).append(number)
    return having, lacking


def amounts(data: Any, usable: list[Attribute]) -> dict[Attribute, float]:
    """Slider positions of the bulk form. What is no number in range counts as 0."""
    found = {}
    for attribute in usable:
        try:
            amount = float(data.get(f"amount-{attribute.pk}", "0"))
        except ValueError:
            amount = 0.0
        found[attribute] = amount if -3 <= amount <= 3 else 0.0
    return found
