from typing import Any

from django import forms

from catalog.colours import FAMILIES
from catalog.models import Merchant, Product, ProductKind, ProductStatus, Role, Scope, View
from catalog.selectors.storefront import ORDERS, StorefrontFilter, public_merchants


class StorefrontForm(forms.Form):
    """The filters above the grid. A value that nobody can choose is left out, so that old links keep working."""

    q = forms.CharField(required=False, max_length=100, label="Search", strip=True)
    kind = forms.ChoiceField(required=False, choices=[("", "Everything"), *ProductKind.choices])
    colour = forms.ChoiceField(required=False, choices=[("", "Any"), *((name, name.title()) for name in FAMILIES)])
    shop = forms.ModelChoiceField(
        Merchant.objects.none(), required=False, to_field_name="slug", empty_label="All shops"
    )
    sort = forms.ChoiceField(required=False, choices=[(key, label) for key, (label, _) in ORDERS.items()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shop"].queryset = public_merchants()  # type: ignore[attr-defined]

    def chosen(self, *, merchant: Merchant | None = None) -> StorefrontFilter:
        self.is_valid()
        values = self.cleaned_data
        return StorefrontFilter(
            kind=values.get("kind") or "",
            colour=values.get("colour") or "",
            merchant=merchant or values.get("shop"),
            words=values.get("q") or "",
            order=values.get("sort") or "new",
        )


class TagsField(forms.CharField):
    """Tags divided by commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        tags = [tag.strip() for tag in str(super().to_python(value or "")).split(",") if tag.strip()]
        too_long = [tag for tag in tags if len(tag) > 40]
        if too_long:
            raise forms.ValidationError(f"A tag has at most 40 characters: {too_long[0][:40]}...")
        return tags


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    tags = TagsField(required=False, help_text="Divided by commas.")
    sizes = TagsField(required=False, help_text="Divided by commas, such as 38, 39, 40. All share one set of pictures.")

    class Meta:
        model = Product
        fields = ["title", "kind", "sku", "price", "description", "tags", "colour_name", "sizes"]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5}),
            "price": forms.NumberInput(attrs={"inputmode": "decimal", "min": "0", "step": "0.01"}),
        }

    def validate_unique(self) -> None:
        """The service finds a SKU in use, without a race."""

    def _post_clean(self) -> None:
        """The service builds and validates the product; the form only reads its fields."""


class BulkForm(forms.Form):
    """The same for several products. What is left empty stays as it is."""

    products = forms.TypedMultipleChoiceField(coerce=int)
    status = forms.ChoiceField(
        required=False, label="Status", choices=[("", "Leave the status"), *((s.value, s.label) for s in ProductStatus)]
    )
    tag = forms.CharField(required=False, max_length=40, label="Add a tag")
    price = forms.DecimalField(required=False, min_value=0, max_digits=9, decimal_places=2, label="Price")

    def __init__(self, *args: Any, ids: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["products"].choices = [(pk, pk) for pk in ids]  # type: ignore[attr-defined]
        self.fields["products"].error_messages["required"] = "Choose at least one product."


class ShopSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Merchant
        fields = ["store_link", "shows_previews"]

    def _post_clean(self) -> None:
        """The service validates; the form only reads its fields."""


class InviteForm(forms.Form):
    email = forms.EmailField(label="E-mail", max_length=254)
    role = forms.ChoiceField(choices=Role.choices, initial=Role.EDITOR)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


_TOKEN_LIVES = [(30, "after 30 days"), (90, "after 90 days"), (365, "after a year"), ("", "when it is revoked")]


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What will use it, such as “Warehouse sync”.")
    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label="Ends",
        choices=_TOKEN_LIVES,
        initial=90,
        coerce=int,
        empty_value=None,
        required=False,
        help_text="A token that ends by itself does less harm when it is lost.",
    )


class SignUpForm(forms.Form):
    name = forms.CharField(label="Name of your shop", max_length=120)
    email = forms.EmailField(label="E-mail address", max_length=254, help_text="We send a link that opens the shop.")


class JoinForm(forms.Form):
    """For an invited person without an account."""

    name = forms.CharField(label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters; three or four words are good.",
    )


class AltTextForm(forms.Form):
    alt_text = forms.CharField(label="Description for people who cannot see it", max_length=200, required=False)
    view = forms.ChoiceField(choices=View.choices, required=False)
