from dataclasses import dataclass

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from catalog.models import ApiToken
from catalog.services.rates import Rate, spend
from catalog.services.tokens import token_find
from catalog.shoppers import client_address

GUESSES = Rate(name="wrong tokens", count=60, seconds=60)


@dataclass(frozen=True, kw_only=True)
class Program:
    """Stands where Django expects a user: a program that carries a merchant's token."""

    token: ApiToken
    is_authenticated: bool = True
    is_active: bool = True
    is_staff: bool = False

    @property
    def pk(self) -> str:
        return f"token-{self.token.pk}"


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer cw_...`; sessions are not taken, so that no page can act for a signed-in member."""

    def authenticate(self, request: Request) -> tuple[Program, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").strip().partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_find(secret.strip())
        if token is None:
            spend(GUESSES, client_address(request))
            raise AuthenticationFailed("This token is unknown, has ended, or was revoked.")
        return Program(token=token), token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token from My shop, API tokens."}
