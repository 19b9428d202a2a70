from django import forms
from django.contrib.auth.forms import AuthenticationForm

from catalog.models import User

_ONE_TIME = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}


class SignInForm(AuthenticationForm):
    """Bounded, so that nobody makes us hash or log a megabyte."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"].max_length = 254  # type: ignore[attr-defined]
        self.fields["password"].widget.attrs["maxlength"] = 1000

    def clean(self) -> dict[str, object]:
        if len(self.data.get("password", "")) > 1000 or len(self.data.get("username", "")) > 254:
            raise self.get_invalid_login_error()
        return super().clean()


class CodeForm(forms.Form):
    code = forms.CharField(max_length=64, label="Code", widget=forms.TextInput(attrs=_ONE_TIME))


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["first_name", "last_name"]


class TypedForm(forms.Form):
    """Something to be typed, so that nobody does by a slip what cannot be undone."""

    typed = forms.CharField(max_length=254)

    def __init__(self, *args: object, wanted: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.wanted = wanted
        self.fields["typed"].label = f"Type {wanted} to confirm"

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed.strip().lower() != self.wanted.lower():
            raise forms.ValidationError(f"Type {self.wanted}, exactly so.")
        return typed
