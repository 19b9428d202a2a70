"""The review desk (staff) and the page of one variant (its merchant)."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog import storage
from catalog.access import MemberRequest, get_to_read, get_to_write, member_required, staff_required
from catalog.errors import CatalogError
from catalog.models import Role, User
from catalog.views.storefront import page_of
from editing.measures import shown
from editing.models import EditJob, Variant
from editing.selectors import review as selectors
from editing.services import requests as request_services
from editing.services import review as services
from editing.states import VariantStatus

PAGE_SIZE = 40
REASONS = ("Colour is off", "Colour spills over", "Detail is lost", "Looks unnatural", "Wrong part was changed")


@require_safe
@staff_required
def queue(request: HttpRequest) -> HttpResponse:
    rows = selectors.review_queue()
    context = {"page": page_of(request, rows, PAGE_SIZE), "decided": selectors.decided()}
    return render(request, "editing/review/queue.html", context)


@require_safe
@staff_required
def following(request: HttpRequest) -> HttpResponse:
    """Hand the reviewer the next variant that nobody else holds."""
    variant = services.claim_next(by=_user(request))
    if variant is None:
        messages.info(request, "Nothing waits for you.")
        return redirect("editing:review")
    return redirect("editing:review-variant", variant.key)


@require_safe
@staff_required
def review(request: HttpRequest, key: str) -> HttpResponse:
    variant = selectors.any_variant().filter(key=key).first()
    if variant is None:
        raise Http404
    is_mine = variant.status != VariantStatus.PENDING or services.claim(variant=variant, by=_user(request))
    return render(request, "editing/review/variant.html", {**_context(variant), "is_mine": is_mine, "reasons": REASONS})


def _context(variant: Variant) -> dict[str, object]:
    return {
        "variant": variant,
        "measures": shown(variant.measures),
        "history": services.history(variant),
        "before_url": storage.private_url(variant.photo.object_key),
        "after_url": storage.private_url(variant.object_key),
        "sequence_url": storage.private_url(variant.sequence_key) if variant.sequence_key else "",
    }


@require_POST
@staff_required
@transaction.atomic
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """Approve, reject, withdraw or undo; then on to the next one."""
    variant = _locked(key)
    decision = request.POST.get("decision", "")
    try:
        with transaction.atomic():
            _decide(request, variant, decision)
    except CatalogError as error:
        messages.error(request, error.message)
        return redirect("editing:review-variant", key)
    if decision in ("approve", "reject"):
        return redirect("editing:review-next")
    return redirect("editing:review-variant", key)


def _decide(request: HttpRequest, variant: Variant, decision: str) -> None:
    by, why = _user(request), request.POST.get("reason", "")
    if decision in ("approve", "reject") and not services.claim(variant=variant, by=by):
        raise CatalogError("Another reviewer is looking at this one.")
    if decision == "approve":
        services.variant_approve(variant=variant, by=by)
    elif decision == "reject":
        services.variant_reject(variant=variant, by=by, why=why)
    elif decision == "withdraw":
        services.variant_take_down(variant=variant, by=by, why=why)
    elif decision == "undo":
        services.decision_undo(variant=variant, by=by)
    else:
        raise CatalogError("There is no such decision.")


@require_POST
@staff_required
def approve_many(request: HttpRequest) -> HttpResponse:
    keys = request.POST.getlist("variant")[:PAGE_SIZE]
    count = services.variants_approve(keys=keys, by=_user(request))
    left_out = len(keys) - count
    note = f", {left_out} were held by others or decided already" if left_out else ""
    messages.success(request, f"{count} approved{note}.")
    return redirect("editing:review")


@require_safe
@staff_required
def dead_letters(request: HttpRequest) -> HttpResponse:
    return render(
        request, "editing/review/dead_letters.html", {"page": page_of(request, selectors.dead_letters(), PAGE_SIZE)}
    )


@require_POST
@staff_required
@transaction.atomic
def replay(request: HttpRequest, key: str) -> HttpResponse:
    row = EditJob.objects.filter(key=key).values("request").first()
    if row is None:
        raise Http404
    try:
        request_services.job_replay(key=key, by=_user(request))
    except CatalogError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Sent again.")
    return redirect("editing:dead-letters")


@require_safe
@member_required()
def variant(request: MemberRequest, key: str) -> HttpResponse:
    """The merchant's view of one variant: the same pictures and measures, the decision and its reason."""
    found = get_to_read(request.membership, selectors.variants_of(request.membership), key=key)
    return render(request, "editing/variant.html", _context(found))


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def withdraw(request: MemberRequest, key: str) -> HttpResponse:
    found = get_to_write(request.membership, Variant, key=key)
    try:
        services.variant_take_down(variant=found, by=request.user, why="withdrawn by the merchant")
    except CatalogError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{found.colour_name} is off the shop.")
    return redirect("editing:variant", key)


def _locked(key: str) -> Variant:
    if not Variant.objects.filter(key=key).exists():
        raise Http404
    return services.locked(key)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
