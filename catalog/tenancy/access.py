"""The one gate between tenants: fetching a row is the permission check.

An actor is a `Membership` (a person signed in for a merchant) or an `ApiToken` (a program of that merchant). What is
missing, another merchant's, or not allowed to the actor's role gives the same 404, so that strangers learn nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec, Protocol, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from catalog.models import ApiToken, Membership, Merchant, Role, User
from catalog.tenancy.wall import as_merchant, as_shopper, as_staff

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class Actor(Protocol):
    merchant: Merchant

    def may(self, needed: Role) -> bool: ...


class Tenanted(Protocol):
    """A model that says by which lookup its rows lead to their merchant."""

    tenant_path: ClassVar[str]


class ShopRequest(HttpRequest):
    """A request as our middleware leaves it; the one that shoppers' views get."""

    htmx: "HtmxDetails"
    membership: Membership | None
    merchant: Merchant | None


class MemberRequest(HttpRequest):
    """A request of a signed-in member; the one that views behind `member_required` get."""

    htmx: "HtmxDetails"
    user: User
    membership: Membership
    merchant: Merchant


M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
ShopView = Callable[Concatenate[ShopRequest, P], HttpResponseBase]
MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def readable(actor: Actor, model: type[M]) -> models.QuerySet[M]:
    """Every row of `model` that belongs to the actor's merchant; the start of each query on the merchant side."""
    tenant_path: str = model.tenant_path  # type: ignore[attr-defined]
    merchant_id = actor.merchant.pk
    return model._default_manager.filter(**{tenant_path: merchant_id})


def get_to_read(actor: Actor, source: type[M] | models.QuerySet[M], **lookup: Any) -> M:
    """The actor's row, or a 404. `source` is a model, or a queryset that `readable` began."""
    rows = source if isinstance(source, models.QuerySet) else readable(actor, source)
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def get_to_write(actor: Actor, model: type[M], *, role: Role = Role.EDITOR, **lookup: Any) -> M:
    """The actor's row, locked until the transaction ends, or a 404. Needs a transaction and at least `role`."""
    require_role(actor, role)
    row = readable(actor, model).select_for_update(of=("self",)).filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def require_role(actor: Actor, role: Role) -> None:
    if not actor.may(role):
        raise Http404


def still_lets_in(actor: Membership | ApiToken) -> bool:
    """Whether an actor that was let in a while ago would be let in again; for what goes on long, such as streams."""
    now = timezone.now()
    if isinstance(actor, ApiToken):
        alive = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), pk=actor.pk, revoked_at=None)
        return alive.filter(merchant__is_active=True).exists()
    alive_members = Membership.objects.filter(pk=actor.pk, user__is_active=True, merchant__is_active=True)
    return alive_members.exists()


def member_required(role: Role = Role.VIEWER) -> Callable[[MemberView[P]], View[P]]:
    """Let in members of `request.merchant` with at least `role`; send the anonymous to the login page."""

    def decorate(view: MemberView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            member_request = cast(MemberRequest, request)
            if member_request.membership is None:
                raise Http404
            require_role(member_request.membership, role)
            with as_merchant(member_request.merchant.pk, member_request.user.pk):
                return view(member_request, *args, **kwargs)

        return cast(View[P], guarded)

    return decorate


def for_shoppers(view: ShopView[P]) -> View[P]:
    """A page that anybody may see; it is made with the rights of a shopper, whoever asks."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with as_shopper(request.user.pk if request.user.is_authenticated else None):
            return view(cast(ShopRequest, request), *args, **kwargs)

    return cast(View[P], guarded)


def shows_second_factor(request: HttpRequest) -> bool:
    """Staff work only in sessions that a second factor opened."""
    return not settings.STAFF_SECOND_FACTOR or bool(request.user.is_verified())  # type: ignore[union-attr]


def staff_required(view: View[P]) -> View[P]:
    """Let in reviewers (staff); send the anonymous to the login page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise Http404
        if not shows_second_factor(request):
            return redirect("second_factor_required")
        with as_staff():
            return view(request, *args, **kwargs)

    return cast(View[P], guarded)
