from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from catalog.models import Membership

SESSION_KEY = "merchant_id"


class MerchantMiddleware:
    """Set `request.membership` and `request.merchant`: those of the signed-in member, else None.

    The membership is read again on every request of a member, so that who is removed is out at once. A visitor
    without a session costs no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = membership_of(request)  # type: ignore[attr-defined]
        request.merchant = request.membership and request.membership.merchant  # type: ignore[attr-defined]
        return self.get_response(request)


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership that the person chose for this session; before any choice, their oldest one."""
    if not request.user.is_authenticated:
        return None
    memberships = Membership.objects.select_related("merchant").filter(user=request.user, merchant__is_active=True)
    chosen = request.session.get(SESSION_KEY)
    return memberships.filter(merchant=chosen).first() if chosen else memberships.order_by("pk").first()
