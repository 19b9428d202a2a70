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
    if SESSION_KEY not in request.session or not request.user.is_authenticated:
        return None
    memberships = Membership.objects.select_related("merchant").filter(merchant__is_active=True)
    return memberships.filter(user=request.user, merchant=request.session[SESSION_KEY]).first()
