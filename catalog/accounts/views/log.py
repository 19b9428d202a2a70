"""The audit log of a shop, for its owners: to read, to search, to take along."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.accounts import audit
from catalog.models import AuditEntry, Role
from catalog.streams import streamed
from catalog.tenancy.access import MemberRequest, member_required, readable
from catalog.views.storefront import page_of

_PAGE = 50
_EXPORTED = 100_000


@require_safe
@never_cache
@member_required(Role.OWNER)
def index(request: MemberRequest) -> HttpResponse:
    action, words = request.GET.get("action", ""), request.GET.get("q", "").replace("\0", "")[:100].strip()
    entries = audit.search(readable(request.membership, AuditEntry), action=action, words=words)
    context = {
        "page": page_of(request, entries, _PAGE),
        "actions": audit.ACTIONS,
        "action": action,
        "words": words,
        "kept_days": audit.KEPT_DAYS,
    }
    return render(request, "catalog/merchant/log.html", context)


@require_safe
@never_cache
@member_required(Role.OWNER)
def export(request: MemberRequest) -> StreamingHttpResponse:
    lines = (line.encode() for line in audit.as_csv(audit.of_merchant(request.merchant.pk, most=_EXPORTED)))
    answer = StreamingHttpResponse(streamed(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{request.merchant.slug}-log.csv"'
    return answer
