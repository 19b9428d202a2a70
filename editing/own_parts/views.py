"""Parts of a merchant's own: the list, a new one painted on some photos, and what was found."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.errors import CatalogError
from catalog.inputs import whole_number
from catalog.models import ProductKind, Role
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, readable
from editing.models import OwnPart, OwnPartState
from editing.own_parts import painted, services
from editing.studio import selectors
from editing.studio.views.attributes import chosen_kind, strip_url

PATIENCE_SECONDS = 120
SHOWN = 48  # photos to choose from


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    kind = chosen_kind(request)
    rows = readable(request.membership, OwnPart).filter(kind=kind).order_by("name")
    shown = [{"part": row, "strip": strip_url(row.strip_key)} for row in rows]
    context = {"parts": shown, "kind": kind, "kinds": ProductKind.choices}
    return render(request, "editing/own_parts/index.html", context)


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def create(request: MemberRequest) -> HttpResponse:
    kind = chosen_kind(request)
    chosen = [number for value in _sent(request).getlist("photos") if (number := whole_number(value))]
    problem = ""
    if request.method == "POST":
        try:
            return redirect(_found(request, kind, chosen))
        except CatalogError as error:
            problem = error.message
    version = selectors.current_version(request.membership, kind)
    photos = sorted(
        selectors.example_photos(request.membership, kind, version), key=lambda photo: photo.pk not in chosen
    )
    context: dict[str, Any] = {
        "kind": kind,
        "kinds": ProductKind.choices,
        "photos": photos[: SHOWN + len(chosen)],
        "chosen": chosen,
        "masks": [(f"mask-{pk}", request.POST[f"mask-{pk}"]) for pk in chosen if f"mask-{pk}" in request.POST],
        "name": request.POST.get("name", ""),
        "problem": problem,
    }
    return render(request, "editing/own_parts/new.html", context, status=422 if problem else 200)


def _sent(request: MemberRequest) -> Any:
    return request.POST if request.method == "POST" else request.GET


def _found(request: MemberRequest, kind: str, chosen: list[int]) -> OwnPart:
    """Raises CatalogError."""
    known = services.projections_of(request.membership, kind, chosen)
    merchant, keys = request.merchant.pk, {pk: request.POST.get(f"mask-{pk}", "") for pk in chosen}
    cells = {pk: painted.of_mask(keys[pk], known[pk], merchant) for pk in chosen}
    name = request.POST.get("name", "").strip()[:60]
    return services.own_part_find(actor=request.membership, by=request.user, kind=kind, name=name, painted=cells)


@require_safe
@member_required()
def detail(request: MemberRequest, part_id: int) -> HttpResponse:
    part = get_to_read(request.membership, OwnPart, pk=part_id)
    late = (timezone.now() - part.updated_at).total_seconds() > PATIENCE_SECONDS
    context = {
        "part": part,
        "strip": strip_url(part.strip_key),
        "photos": part.photos.count(),
        "waits": part.state == OwnPartState.FINDING and not late,
        "may_change": request.membership.may_edit,
    }
    return render(request, "editing/own_parts/part.html", context)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def retry(request: MemberRequest, part_id: int) -> HttpResponse:
    part = get_to_write(request.membership, OwnPart, pk=part_id)
    if part.state != OwnPartState.READY:
        services.own_part_retry(part=part)
    return redirect(part)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def delete(request: MemberRequest, part_id: int) -> HttpResponse:
    part = get_to_write(request.membership, OwnPart, pk=part_id)
    kind, name = part.kind, part.name
    part.delete()
    messages.success(request, f"“{name}” is deleted.")
    return redirect(f"{reverse('editing:own-parts')}?kind={kind}")
