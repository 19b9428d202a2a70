"""The studio's pages: on a photo, from scratch, and the list of both."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from catalog import storage
from catalog.errors import CatalogError, InvalidInput
from catalog.models import Photo, ProductKind, Role
from catalog.tenancy.access import MemberRequest, get_to_read, member_required
from catalog.views.storefront import page_of
from editing.attributes import ideas
from editing.lifecycle.manifolds import newest_projection
from editing.lifecycle.projections import projection_ask
from editing.lifecycle.states import JobStatus
from editing.models import EditJob, Projection, StudioSession, Task
from editing.own_parts.services import usable_parts
from editing.studio import previews, selectors, sessions
from editing.studio.views.session import own_session
from gpu_worker.contract.parts import LABELS, OFFERED
from gpu_worker.contract.units import PAINTABLE, painting_in_words

PAGE_SIZE = 24


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    """Where to go on, and where to begin."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context = {
        "sessions": [] if words else selectors.recent_sessions(request.membership, request.user),
        "page": page_of(request, selectors.photos_to_edit(request.membership, words), PAGE_SIZE),
        "words": words,
        "kinds": ProductKind.choices,
        "address": request.path,
    }
    return render(request, "editing/studio/index.html", context)


@require_safe
@member_required(Role.EDITOR)
def studio(request: MemberRequest, photo_id: int) -> HttpResponse:
    """The editor on a photo; while the photo has no latent, a page that waits for it."""
    photo = get_to_read(request.membership, selectors.photos(request.membership), pk=photo_id)
    projection = newest_projection(photo)
    if projection is None:
        return _preparing(request, photo)
    if request.htmx:  # the waiting page asks: the editor's styles and scripts come with a whole page alone
        return HttpResponseClientRefresh()
    session = sessions.session_open(actor=request.membership, photo=photo, by=request.user)
    return _editor(request, session, projection)


def _preparing(request: MemberRequest, photo: Photo) -> HttpResponse:
    last = EditJob.objects.filter(photo=photo, task=Task.PROJECT).order_by("-pk").first()
    if last is None or last.status in (JobStatus.DONE, JobStatus.CANCELLED):
        with transaction.atomic():
            projection_ask(photo=photo)
    return render(request, "editing/studio/preparing.html", {"photo": photo, "job": last})


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def prepare_again(request: MemberRequest, photo_id: int) -> HttpResponse:
    """Ask once more for the latent of a photo that could not be prepared."""
    projection_ask(photo=get_to_read(request.membership, selectors.photos(request.membership), pk=photo_id))
    return redirect("editing:studio", photo_id)


@require_POST
@member_required(Role.EDITOR)
def new_idea(request: MemberRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    if kind not in ProductKind.values:
        raise Http404
    return redirect(sessions.session_from_scratch(actor=request.membership, kind=kind, by=request.user))


@require_safe
@member_required(Role.EDITOR)
def idea(request: MemberRequest, session_id: UUID) -> HttpResponse:
    """The editor on an empty canvas."""
    return _editor(request, own_session(request, session_id), None)


@require_POST
@member_required(Role.EDITOR)
def save_idea(request: MemberRequest, session_id: UUID) -> HttpResponse:
    """Keep what the canvas shows as a draft product."""
    session = own_session(request, session_id)
    title = request.POST.get("title", "").strip() or "New idea"
    try:
        product = ideas.idea_save(session=session, actor=request.membership, by=request.user, title=title)
    except (CatalogError, storage.StorageError) as error:
        messages.error(request, getattr(error, "message", "The picture could not be stored just now."))
        return redirect(session)
    messages.success(request, f"“{product.title}” is kept as a draft.")
    return redirect("catalog:product-edit", product.pk)


def _editor(request: MemberRequest, session: StudioSession, projection: Projection | None) -> HttpResponse:
    actor, photo = request.membership, session.photo
    version = projection.manifold_version if projection else selectors.current_version(actor, session.kind)
    _order_first_preview(session, request)
    context = {
        "session": session,
        "photo": photo,
        "swatches": selectors.swatches(actor, photo),
        "parts": [(name, LABELS[name]) for name in OFFERED[session.kind]],
        "paintable": [(*what, painting_in_words(*what)) for what in PAINTABLE[session.kind]],
        "own_parts": usable_parts(actor, session.kind, version),
        "attributes": selectors.usable_attributes(actor, session.kind, version),
        "morphs": selectors.morph_choices(actor, session.kind, version, without=photo),
        "applied": selectors.last_applied(actor, session),
        "others": selectors.other_photos(actor, photo) if photo else [],
        "config": _config(session, projection),
    }
    return render(request, "editing/studio/studio.html", context)


def _order_first_preview(session: StudioSession, request: MemberRequest) -> None:
    """Warm a worker up before the first stroke. What is wrong with the document shows when it is changed."""
    try:
        order = previews.order_of(session, request.membership)
        if order is not None:
            previews.publish(order)
    except (InvalidInput, previews.PreviewsAway) as error:
        messages.warning(request, getattr(error, "message", "Live previews are away for the moment."))


def _config(session: StudioSession, projection: Projection | None) -> dict[str, Any]:
    return {
        "session": str(session.pk),
        "revision": session.revision,
        "document": session.document,
        "photo": _placed_photo(session.photo, projection) if session.photo and projection else None,
        "partWords": dict(LABELS),
        "urls": {
            "document": reverse("editing:studio-document", args=[session.pk]),
            "events": reverse("editing:studio-events", args=[session.pk]),
        },
    }


def _placed_photo(photo: Photo, projection: Projection) -> dict[str, Any]:
    """Where the photo lies in the manifold's frame, in fractions of the frame."""
    side = projection.frame_scale
    return {
        "url": reverse("editing:studio-photo", args=[photo.pk]),
        "box": {
            "left": -projection.frame_left / side,
            "top": -projection.frame_top / side,
            "width": photo.width / side,
            "height": photo.height / side,
        },
    }
