"""The review desk (staff) and the page of one variant (its merchant)."""

from contextlib import suppress
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import storage
from catalog.errors import CatalogError
from catalog.models import Role, User
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, staff_required
from catalog.views.storefront import page_of
from editing.forms import ReviewPolicyForm
from editing.lifecycle import requests as request_services
from editing.lifecycle.states import VariantStatus
from editing.measures import shown
from editing.models import EditJob, ReviewPolicy, Variant
from editing.selectors import review as selectors
from editing.selectors.sets import ONE_COLOUR, spread, views_of
from editing.services import review as services
from editing.services import sets

PAGE_SIZE = 40
STORE_IS_AWAY = "The pictures could not be published just now. Nothing was lost; try again in a minute."
REASONS = ("Colour is off", "Colour spills over", "Detail is lost", "Looks unnatural", "Wrong part was changed")


@require_safe
@staff_required
def queue(request: HttpRequest) -> HttpResponse:
    shop = request.GET.get("shop", "")[:80]
    context = {
        "page": page_of(request, selectors.review_queue(shop), PAGE_SIZE),
        "decided": selectors.decided(shop),
        "shops": selectors.shops_waiting(),
        "shop": shop,
        "reasons": REASONS,
    }
    return render(request, "editing/review/queue.html", context)


@require_safe
@staff_required
def following(request: HttpRequest) -> HttpResponse:
    """Hand the reviewer the next variant that nobody else holds; behind or in front of the one they leave."""
    by, after, before = _user(request), _named(request, "after"), _named(request, "before")
    variant = services.claim_previous(by=by, before=before) if before else services.claim_next(by=by, after=after)
    if variant is None and after:
        variant = services.claim_next(by=by)  # from the beginning: something was passed over
    if variant is None or variant == after:
        messages.info(request, "That was the end of the queue." if after or before else "Nothing waits for you.")
        return redirect("editing:review")
    return redirect("editing:review-variant", variant.key)


def _named(request: HttpRequest, name: str) -> Variant | None:
    keys = _uuids([request.GET.get(name, "")])
    return Variant.objects.filter(key__in=keys).first() if keys else None


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


@require_safe
@staff_required
def review(request: HttpRequest, key: UUID) -> HttpResponse:
    variant = selectors.any_variant().filter(key=key).first()
    if variant is None:
        raise Http404
    is_mine = variant.status != VariantStatus.PENDING or services.claim(variant=variant, by=_user(request))
    context = {**_context(variant), "is_mine": is_mine, "reasons": REASONS}
    context["last"] = selectors.last_decision(_user(request))
    return render(request, "editing/review/variant.html", context)


def _context(variant: Variant) -> dict[str, object]:
    views = list(views_of(variant))
    return {
        "variant": variant,
        "views": views if len(views) > 1 else [],
        "spread": spread(views),
        "one_colour": ONE_COLOUR,
        "measures": shown(variant.measures),
        "history": services.history(variant),
        "before_url": storage.private_url(variant.photo.object_key),
        "after_url": storage.private_url(variant.object_key),
        "sequence_url": storage.private_url(variant.sequence_key) if variant.sequence_key else "",
    }


@require_POST
@staff_required
@transaction.atomic
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Approve, reject, withdraw or undo a whole set of views; then on to the next one."""
    rows = _locked(key)
    decision = request.POST.get("decision", "")
    try:
        with transaction.atomic():
            _decide(request, rows, decision)
    except (CatalogError, storage.StorageError) as error:
        messages.error(request, getattr(error, "message", STORE_IS_AWAY))
        return redirect("editing:review-variant", key)
    if decision in ("approve", "reject"):
        return redirect(f"{reverse('editing:review-next')}?after={key}")
    return redirect("editing:review-variant", key)


def _decide(request: HttpRequest, rows: list[Variant], decision: str) -> None:
    by, why = _user(request), request.POST.get("reason", "")
    if decision in ("approve", "reject") and not services.claim(variant=rows[0], by=by):
        raise CatalogError("Another reviewer is looking at this one.")
    if decision == "approve":
        sets.set_approve(rows=rows, by=by)
    elif decision == "reject":
        sets.set_reject(rows=rows, by=by, why=why)
    elif decision == "withdraw":
        sets.set_take_down(rows=rows, by=by, why=why)
    elif decision == "undo":
        sets.set_undo(rows=rows, by=by)
    else:
        raise CatalogError("There is no such decision.")


@require_POST
@staff_required
def reject_many(request: HttpRequest) -> HttpResponse:
    """Reject the chosen sets for one reason."""
    keys = _uuids(request.POST.getlist("variant")[:PAGE_SIZE])
    count = 0
    for key in keys:
        with transaction.atomic():
            try:
                rows = _locked(key)
                if rows[0].status == VariantStatus.PENDING and services.claim(variant=rows[0], by=_user(request)):
                    sets.set_reject(rows=rows, by=_user(request), why=request.POST.get("reason", ""))
                    count += 1
            except CatalogError as error:
                messages.error(request, error.message)
                break
    if count:
        messages.success(request, f"{count} rejected.")
    return redirect("editing:review")


@require_POST
@staff_required
def approve_many(request: HttpRequest) -> HttpResponse:
    keys = _uuids(request.POST.getlist("variant")[:PAGE_SIZE])
    try:
        count = sets.sets_approve(keys=keys, by=_user(request))
    except storage.StorageError:
        messages.error(request, STORE_IS_AWAY)
        return redirect("editing:review")
    left_out = len(keys) - count
    note = (
        f"; {left_out} left out: held by another reviewer, decided already, or in the shop already" if left_out else ""
    )
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
def replay(request: HttpRequest, key: UUID) -> HttpResponse:
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
def variant(request: MemberRequest, key: UUID) -> HttpResponse:
    """The merchant's view of one variant: the same pictures and measures, the decision and its reason."""
    found = get_to_read(request.membership, selectors.variants_of(request.membership), key=key)
    return render(request, "editing/variant.html", _context(found))


@require_http_methods(["GET", "POST"])
@member_required(Role.OWNER)
def policy(request: MemberRequest) -> HttpResponse:
    """Whether the merchant's variants may be approved by their measures alone, and within which limits."""
    known = ReviewPolicy.objects.filter(merchant=request.merchant).first()
    form = ReviewPolicyForm(request.POST if request.method == "POST" else None, policy=known)
    if request.method == "POST" and form.is_valid():
        auto_approve = form.cleaned_data["auto_approve"]
        services.policy_save(merchant=request.merchant, auto_approve=auto_approve, limits=form.limits())
        messages.success(request, "Saved. It holds for variants that are made from now on.")
        return redirect("editing:review-policy")
    status = 422 if form.is_bound else 200
    return render(request, "editing/review_policy.html", {"form": form}, status=status)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def withdraw(request: MemberRequest, key: UUID) -> HttpResponse:
    found = get_to_write(request.membership, Variant, key=key)
    try:
        sets.set_take_down(rows=sets.locked_set(found.key), by=request.user, why="withdrawn by the merchant")
    except CatalogError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{found.colourway.name} is off the shop, with all its views.")
    return redirect("editing:variant", key)


def _locked(key: UUID) -> list[Variant]:
    try:
        return sets.locked_set(key)
    except Variant.DoesNotExist:
        raise Http404 from None


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
