"""What every endpoint has in common: token, scopes, throttling, errors, pages."""

from collections.abc import Callable
from typing import Any, cast

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from catalog.api import errors
from catalog.api.authentication import BearerToken
from catalog.models import ApiToken, Scope
from catalog.services.rates import Rate, seconds_left, take
from catalog.shoppers import client_address
from catalog.tenancy.wall import walled


class NeedsScope(BasePermission):
    """The token needs the view's `read_scope` to read and its `write_scope` to write."""

    message = "This token has not the scope for that."
    code = "insufficient_scope"

    def has_permission(self, request: Request, view: Any) -> bool:
        scope = view.read_scope if request.method in SAFE_METHODS else view.write_scope
        return isinstance(request.auth, ApiToken) and request.auth.has_scope(scope)


class TokenThrottle(BaseThrottle):
    """So many requests a minute for each token, or for each address without one, counted over all processes."""

    rate = Rate(name="api", count=600, seconds=60)

    def allow_request(self, request: Request, view: Any) -> bool:
        who = f"token {request.auth.pk}" if isinstance(request.auth, ApiToken) else client_address(request)
        return take(self.rate, who)

    def wait(self) -> float:
        return seconds_left(self.rate)


class WriteThrottle(TokenThrottle):
    """Writes decode photos and take locks: fewer of them."""

    rate = Rate(name="api writes", count=120, seconds=60)

    def allow_request(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or super().allow_request(request, view)


class NewestFirst(CursorPagination):
    """Pages that stay right while rows come and go."""

    ordering = ("-created_at", "-pk")
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Any:
        """Raises NotFound for a cursor that is none of ours: its place is a moment."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _is_moment(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor


def _is_moment(text: str) -> bool:
    try:
        return parse_datetime(text) is not None
    except (ValueError, OverflowError):
        return False


def token_of(request: Request) -> ApiToken:
    """The token that `NeedsScope` let in: the actor of the request."""
    return cast(ApiToken, request.auth)


class TokenView(APIView):
    """Base of every endpoint; also of those in apps above the catalogue."""

    authentication_classes = [BearerToken]
    permission_classes = [NeedsScope]
    throttle_classes = [TokenThrottle, WriteThrottle]
    pagination_class: Any = NewestFirst
    read_scope: str = Scope.CATALOG_READ
    write_scope: str = Scope.CATALOG_WRITE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Once the token is known and allowed, its merchant's wall stands around the handler."""
        super().initial(request, *args, **kwargs)
        name = str(request.method).lower()
        if isinstance(request.auth, ApiToken) and hasattr(self, name):
            setattr(self, name, walled(request.auth.merchant_id, None, getattr(self, name)))

    def get_exception_handler(self) -> Callable[..., Any]:
        return errors.handle
