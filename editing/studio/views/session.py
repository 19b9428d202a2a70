"""What the studio's page talks to: keep a document, stream previews, apply to the photo."""

from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import storage
from catalog.errors import CatalogError, InvalidInput
from catalog.inputs import read_json, whole_number
from catalog.models import Photo, Role
from catalog.tenancy.access import MemberRequest, get_to_read, member_required, readable
from editing.models import EditRequest, StudioSession
from editing.selectors.requests import doing
from editing.studio import previews, sessions

ALLOWED = 204
LARGEST_DOCUMENT = 2_000_000  # bytes of JSON
PHOTO_WIDTHS = (1600, 1280, 1024, 960, 640)  # a thumbnail of the largest of these will do for the canvas


def own_session(request: MemberRequest, session_id: UUID) -> StudioSession:
    """The person's own session, or a 404; members do not draw into each other's."""
    rows = readable(request.membership, StudioSession).select_related("photo__product")
    return get_object_or_404(rows, pk=session_id, created_by=request.user)


@require_http_methods(["PUT"])
@member_required(Role.EDITOR)
def document(request: MemberRequest, session_id: UUID) -> HttpResponse:
    """Keep the newest document and order its preview. 409 with the newer revision where there is one."""
    session = own_session(request, session_id)
    try:
        revision, raw = _read(request)
        kept = sessions.document_keep(session=session, revision=revision, raw=raw)
        order = previews.order_of(kept, request.membership)
        if order is not None:
            previews.publish(order)
    except sessions.Outdated as error:
        return JsonResponse({"message": error.message, **error.extra}, status=409)
    except CatalogError as error:
        return JsonResponse({"message": error.message}, status=400)
    except previews.PreviewsAway:
        return JsonResponse({"revision": kept.revision, "previews": "away"})
    return JsonResponse({"revision": kept.revision})


def _read(request: HttpRequest) -> tuple[int, object]:
    if len(request.body) > LARGEST_DOCUMENT:
        raise InvalidInput("This drawing is too large.")
    try:
        sent = read_json(request.body)
        revision, raw = sent["revision"], sent["document"]
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidInput("This is not a drawing.") from error
    if type(revision) is not int or not 0 < revision < 2**53:
        raise InvalidInput("A drawing needs its revision.")
    return revision, raw


async def events(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """The session's previews as server-sent events."""
    answer = await sync_to_async(_checked)(request, session_id)
    if answer.status_code != ALLOWED:
        return answer
    stream = StreamingHttpResponse(previews.events(session_id), content_type="text/event-stream")
    stream.headers["Cache-Control"] = "no-store"
    stream.headers["X-Accel-Buffering"] = "no"
    return stream


def _checked(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """ALLOWED for the session's own person; the database connection goes back before the long stream begins."""
    try:
        return _may_listen(request, session_id)
    finally:
        connections.close_all()


@require_safe
@member_required()
def _may_listen(request: MemberRequest, session_id: UUID) -> HttpResponse:
    own_session(request, session_id)
    return HttpResponse(status=ALLOWED)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def apply(request: MemberRequest, session_id: UUID) -> HttpResponse:
    """Ask for the full-size variants; their progress shows in the page."""
    session = own_session(request, session_id)
    try:
        asked = int(request.POST.get("candidates", "1"))
        made = sessions.session_apply(session=session, actor=request.membership, by=request.user, candidates=asked)
    except ValueError:
        return render(
            request, "editing/studio/_applied.html", {"problem": "Ask for a number of candidates."}, status=400
        )
    except CatalogError as error:
        return render(request, "editing/studio/_applied.html", {"problem": error.message}, status=400)
    return _applied_part(request, made)


@require_safe
@member_required()
def applied(request: MemberRequest, key: UUID) -> HttpResponse:
    """How an applied request is doing; the page asks until it has ended."""
    return _applied_part(request, get_to_read(request.membership, EditRequest, key=key))


def _applied_part(request: MemberRequest, made: EditRequest) -> HttpResponse:
    job = made.jobs.order_by("pk").first()
    variants = [{"variant": row, "full": storage.private_url(row.object_key)} for row in made.variants.all()]
    context = {
        "made": made,
        "job": job,
        "doing": doing(job) if job else "",
        "variants": variants,
        "ended": made.status in ("rendered", "failed", "cancelled"),
    }
    return render(request, "editing/studio/_applied.html", context)


@require_safe
@member_required()
def photo(request: MemberRequest, photo_id: int) -> HttpResponse:
    """The photo for the canvas, from this very host: the eyedropper may not read another's pixels."""
    row = get_to_read(request.membership, Photo, pk=photo_id)
    key = next((row.thumbnails[str(w)] for w in PHOTO_WIDTHS if str(w) in row.thumbnails), row.object_key)
    stored = storage.get(key)
    if stored is None:
        raise Http404
    headers = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(stored.data, content_type=stored.content_type, headers=headers)


@require_POST
@member_required(Role.EDITOR)
def copy(request: MemberRequest, session_id: UUID) -> HttpResponse:
    """Use this session's strokes on another product of the kind, and go there."""
    source = own_session(request, session_id)
    target_photo = get_to_read(request.membership, Photo, pk=whole_number(request.POST.get("photo")) or 0)
    target = sessions.session_open(actor=request.membership, photo=target_photo, by=request.user)
    try:
        sessions.document_copy(source=source, target=target)
    except CatalogError as error:
        return render(request, "editing/studio/problem.html", {"problem": error.message}, status=400)
    return redirect("editing:studio", target_photo.pk)
