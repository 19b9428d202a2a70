"""Bringing in many products from the browser: send, look at the plan, begin, watch."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import storage
from catalog.errors import CatalogError
from catalog.importing import services
from catalog.importing.plan import Plan
from catalog.models import ImportStatus, ProductImport, ProductKind, Role
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, readable
from catalog.views.shopping import STOP_POLLING

_STORE_IS_AWAY = "The file could not be stored just now. Please try again in a minute."
_SHOWN = 500


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def create(request: MemberRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request)
    files: list[tuple[str, Any]] = [(file.name or "file", file) for file in request.FILES.getlist("files")]
    try:
        row = services.import_plan(
            merchant=request.merchant,
            files=files,
            kind=request.POST.get("kind", ""),
            activates="activates" in request.POST,
            by=request.user,
        )
    except CatalogError as error:
        return _form(request, error.message, left_out=error.extra.get("left_out", []), status=422)
    except storage.StorageError:
        return _form(request, _STORE_IS_AWAY, status=503)
    return redirect("catalog:import", row.key)


def _form(request: MemberRequest, problem: str = "", *, left_out: Any = (), status: int = 200) -> HttpResponse:
    earlier = readable(request.membership, ProductImport).exclude(status=ImportStatus.DROPPED)
    context = {
        "problem": problem,
        "left_out": left_out,
        "kinds": ProductKind.choices,
        "earlier": earlier.defer("outcomes")[:5],
    }
    return render(request, "catalog/merchant/import_new.html", context, status=status)


@require_safe
@member_required(Role.EDITOR)
def page(request: MemberRequest, key: str) -> HttpResponse:
    """The plan, then the progress, then what came of it."""
    row = get_to_read(request.membership, ProductImport, key=key)
    plan = Plan.from_json(row.plan)
    bad = [outcome for outcome in row.outcomes if outcome["error"]]
    context: dict[str, Any] = {
        "row": row,
        "plan": plan,
        "good": [product for product in plan.products if not product.error][:_SHOWN],
        "bad": [product for product in plan.products if product.error],
        "counts": _counts([("failed" if p.error else p.does) for p in plan.products]),
        "failed": bad,
        "came": _counts([outcome["does"] for outcome in row.outcomes]),
        "photos": sum(outcome["photos"] for outcome in row.outcomes),
    }
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "catalog/merchant/import.html", context)
    is_running = row.status == ImportStatus.RUNNING
    return render(request, "catalog/merchant/_import.html", context, status=200 if is_running else STOP_POLLING)


def _counts(what: list[str]) -> dict[str, int]:
    return {name: what.count(name) for name in ("new", "changed", "same", "failed")}


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def begin(request: MemberRequest, key: str) -> HttpResponse:
    row = get_to_write(request.membership, ProductImport, key=key)
    try:
        services.import_begin(row=row)
    except CatalogError as error:
        messages.error(request, error.message)
    return redirect("catalog:import", key)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def drop(request: MemberRequest, key: str) -> HttpResponse:
    services.import_drop(row=get_to_write(request.membership, ProductImport, key=key))
    return redirect("catalog:import-new")
