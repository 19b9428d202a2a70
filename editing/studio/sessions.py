"""Opening, keeping and using studio sessions."""

import secrets

from django.db import transaction

from catalog.errors import Conflict, InvalidInput
from catalog.models import Photo, User
from catalog.tenancy.access import Actor
from editing.lifecycle.manifolds import newest_projection
from editing.lifecycle.requests import request_edit
from editing.models import EditRequest, Source, StudioSession
from editing.studio import documents
from editing.studio.previews import PreviewsAway, last_news

MAX_CANDIDATES = 4
SHAPING = {"sketch", "warp", "attribute", "morph"}


class Outdated(Conflict):
    """Another tab or device has kept a newer document; `extra` has its revision."""

    code = "outdated"


def session_open(*, actor: Actor, photo: Photo, by: User) -> StudioSession:
    """The person's session on a photo: the one they left, or a new one."""
    session, _ = StudioSession.objects.get_or_create(
        photo=photo,
        created_by=by,
        defaults={"merchant": actor.merchant, "kind": photo.product.kind},
    )
    return session


def session_from_scratch(*, actor: Actor, kind: str, by: User) -> StudioSession:
    return StudioSession.objects.create(
        merchant=actor.merchant, kind=kind, created_by=by, seed=secrets.randbelow(2**31)
    )


def document_keep(*, session: StudioSession, revision: int, raw: object) -> StudioSession:
    """Keep a document unless a newer one is kept already. Raises InvalidInput or Outdated."""
    document = documents.parse(raw)
    kept = StudioSession.objects.filter(pk=session.pk, revision__lt=revision).update(
        document=documents.as_stored(document), revision=revision
    )
    session.refresh_from_db(fields=["document", "revision"])
    if not kept:
        raise Outdated("A newer drawing is kept already.", extra={"revision": session.revision})
    return session


@transaction.atomic
def document_copy(*, source: StudioSession, target: StudioSession) -> StudioSession:
    """Use the strokes of one session on another product of the kind. Raises InvalidInput for another kind."""
    if source.kind != target.kind:
        raise InvalidInput("Strokes can only be used on a product of the same kind.")
    locked = StudioSession.objects.select_for_update().get(pk=target.pk)
    locked.document, locked.revision = source.document, locked.revision + 1
    locked.save(update_fields=["document", "revision", "updated_at"])
    return locked


def session_apply(*, session: StudioSession, actor: Actor, by: User, candidates: int = 1) -> EditRequest:
    """Ask for the full-size variants of what is drawn. Raises InvalidInput."""
    if session.photo is None:
        raise InvalidInput("An idea has no photo to apply it to. Save it as a draft instead.")
    if not 1 <= candidates <= MAX_CANDIDATES:
        raise InvalidInput(f"Ask for 1 to {MAX_CANDIDATES} candidates.")
    projection = newest_projection(session.photo)
    if projection is None:
        raise InvalidInput("This photo is still being prepared. Try again in a moment.")
    document = documents.parse(session.document)
    chosen = _as_seen(session, document) if candidates == 1 else None
    return request_edit(
        merchant=actor.merchant,
        by=by,
        photos=[session.photo],
        constraints=documents.from_marks(document.marks, actor, projection.manifold_version),
        version=projection.manifold_version,
        options=documents.solver_options(document, candidates=candidates, seed=session.seed, chosen=chosen),
        title=f"{session.photo.product.title}: studio",
        source=Source.STUDIO,
    )


def _as_seen(session: StudioSession, document: documents.Document) -> str | None:
    """The very latent that the preview shows, base64, so that what is applied is what was seen.

    None while the preview is not settled, without previews, or where only colours change: those are solved anew at the full size.
    """
    if not {mark.type for mark in document.marks} & SHAPING:
        return None
    try:
        news = last_news(session)
    except PreviewsAway:
        return None
    return news.w_plus or None if news else None
