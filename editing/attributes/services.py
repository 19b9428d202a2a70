"""A merchant's own attributes: asked of a worker, recorded, named from principal directions, used on many products."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from catalog.errors import Conflict, InvalidInput
from catalog.models import Photo, User
from catalog.tenancy.access import Actor, readable
from editing.lifecycle import manifolds
from editing.lifecycle.masks import examples_prefix
from editing.lifecycle.requests import request_edit
from editing.models import (
    Attribute,
    AttributeExample,
    AttributeState,
    EditRequest,
    Method,
    OwnManifold,
    PrincipalDirection,
    Projection,
)
from editing.studio import selectors
from editing.studio.documents import AttributeMark, from_marks, plain_latent
from gpu_worker.contract.attributes import (
    ATTRIBUTE_TASK,
    PRINCIPAL_TASK,
    AttributeAnswer,
    AttributeJob,
    PrincipalAnswer,
    PrincipalJob,
)
from gpu_worker.contract.manifolds import ManifoldName
from gpu_worker.contract.marks import Message, SolverOptions, Way

log = logging.getLogger(__name__)

FEWEST, MOST = 5, 400  # examples of a kind
QUEUE = "preview"  # a person waits in front of the page


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a new attribute is to be found."""

    kind: str
    name: str
    method: Method = Method.LOGISTIC
    neighbours: int = 100
    near: Photo | None = None
    keeps: Sequence[Attribute] = ()


@transaction.atomic
def attribute_learn(
    *, actor: Actor, by: User, recipe: Recipe, having: Iterable[int], lacking: Iterable[int]
) -> Attribute:
    """Ask for a direction from photos that have it and photos that do not. Raises InvalidInput or Conflict."""
    version = selectors.current_version(actor, recipe.kind)
    chosen = {
        True: _projected(actor, recipe.kind, version, having),
        False: _projected(actor, recipe.kind, version, lacking),
    }
    if chosen[True] & chosen[False]:
        raise InvalidInput("A product cannot both have it and lack it.")
    for has_it, photos in chosen.items():
        if len(photos) < FEWEST:
            raise InvalidInput(
                f"Choose at least {FEWEST} products that {'have' if has_it else 'do not have'} it; "
                f"{len(photos)} of the chosen ones are ready."
            )
    attribute = _create(actor, by, recipe, version)
    AttributeExample.objects.bulk_create(
        AttributeExample(attribute=attribute, photo_id=photo, has_it=has_it)
        for has_it, photos in chosen.items()
        for photo in sorted(photos)[:MOST]
    )
    transaction.on_commit(partial(_ask, attribute))
    return attribute


def _projected(actor: Actor, kind: str, version: str, photos: Iterable[int]) -> set[int]:
    rows = readable(actor, Projection).filter(
        photo__in=set(photos), manifold_version=version, photo__product__kind=kind
    )
    return set(rows.values_list("photo", flat=True))


def _create(actor: Actor, by: User, recipe: Recipe, version: str, **known: Any) -> Attribute:
    try:
        with transaction.atomic():
            attribute = Attribute.objects.create(
                merchant=actor.merchant,
                kind=recipe.kind,
                name=recipe.name,
                manifold_version=version,
                method=recipe.method,
                neighbours=recipe.neighbours,
                near=recipe.near,
                created_by=by,
                **known,
            )
    except IntegrityError as error:
        raise Conflict(f"There is an attribute called {recipe.name} already.") from error
    attribute.keeps.set(recipe.keeps)
    return attribute


@transaction.atomic
def attribute_retry(*, attribute: Attribute) -> None:
    """Ask again for what failed or got lost."""
    attribute.state, attribute.problem = AttributeState.LEARNING, ""
    attribute.save(update_fields=["state", "problem", "updated_at"])
    transaction.on_commit(partial(_ask, attribute))


@transaction.atomic
def attribute_name_principal(*, actor: Actor, by: User, found: PrincipalDirection, name: str) -> Attribute:
    """Give one of the manifold's principal directions a name. Raises Conflict for a name in use."""
    recipe = Recipe(kind=found.kind, name=name, method=Method.PRINCIPAL)
    return _create(
        actor,
        by,
        recipe,
        found.manifold_version,
        component=found.component,
        direction=bytes(found.direction),
        scale=found.scale,
        strip_key=found.strip_key,
        state=AttributeState.READY,
    )


def attribute_use(
    *,
    actor: Actor,
    by: User,
    photos: Sequence[Photo],
    amounts: dict[Attribute, float],
    candidates: int = 1,
    way: Way = "neighbours",
) -> EditRequest:
    """Move many products along attributes. Raises InvalidInput."""
    marks = [AttributeMark(attribute=a.pk, amount=amount, way=way) for a, amount in amounts.items() if amount]
    if not marks:
        raise InvalidInput("Set at least one attribute to something else than 0.")
    version = selectors.current_version(actor, photos[0].product.kind) if photos else ""
    names = ", ".join(f"{a.name} {amount:+g}" for a, amount in amounts.items() if amount)
    return request_edit(
        merchant=actor.merchant,
        by=by,
        photos=photos,
        constraints=from_marks(marks, actor, version),
        options=SolverOptions(candidates=candidates),
        version=version,
        title=f"{len(photos)} products: {names}",
    )


def principal_ask(*, actor: Actor, kind: str, version: str) -> bool:
    """Have the film strips of a manifold's principal directions drawn. False when the broker is away."""
    own = manifolds.own_named(actor.merchant.pk, kind, version)
    return _send(PRINCIPAL_TASK, PrincipalJob(kind=kind, manifold_version=version, manifold=own))  # type: ignore[arg-type]


def strip_ask(*, attribute: Attribute) -> bool:
    """Have the strip of a known direction drawn. False when the broker is away."""
    return _send(ATTRIBUTE_TASK, _job(attribute, method="known", direction=bytes(attribute.direction)))


def _ask(attribute: Attribute) -> None:
    latents = dict(_example_latents(attribute))
    w_dim = len(next(iter(latents.values()))) // 4 if latents else 0
    job = _job(
        attribute,
        method=attribute.method,
        having=[latents[e.photo_id] for e in attribute.examples.all() if e.has_it and e.photo_id in latents],
        lacking=[latents[e.photo_id] for e in attribute.examples.all() if not e.has_it and e.photo_id in latents],
        near=_near_latent(attribute, w_dim),
        kept=[bytes(kept.direction) for kept in attribute.keeps.all()],
        examples_prefix=examples_prefix(attribute.merchant_id) if attribute.merchant_id else None,
    )
    if not _send(ATTRIBUTE_TASK, job):
        Attribute.objects.filter(pk=attribute.pk).update(
            state=AttributeState.FAILED, problem="The workers cannot be reached just now. Try again in a minute."
        )


def _job(attribute: Attribute, **fields: Any) -> AttributeJob:
    return AttributeJob.of_bytes(
        attribute=attribute.pk,
        kind=attribute.kind,
        manifold_version=attribute.manifold_version,
        manifold=_own_manifold(attribute),
        neighbours=attribute.neighbours,
        scale=attribute.scale,
        **fields,
    )


def _own_manifold(attribute: Attribute) -> ManifoldName | None:
    if attribute.merchant_id is None:
        return None
    return manifolds.own_named(attribute.merchant_id, attribute.kind, attribute.manifold_version)


def _example_latents(attribute: Attribute) -> Iterable[tuple[int, bytes]]:
    rows = Projection.objects.filter(
        photo__in=attribute.examples.values("photo"), manifold_version=attribute.manifold_version
    )
    for row in rows:
        yield row.photo_id, plain_latent(bytes(row.w_plus), len(row.shape))


def _near_latent(attribute: Attribute, w_dim: int) -> bytes | None:
    if attribute.near_id is None:
        return None
    row = Projection.objects.filter(photo=attribute.near_id, manifold_version=attribute.manifold_version).first()
    return plain_latent(bytes(row.w_plus), w_dim) if row and w_dim else None


def _send(task: str, message: Message) -> bool:
    try:
        current_app.send_task(
            task, args=[message.model_dump(mode="json")], queue=QUEUE, retry=False, ignore_result=True
        )
    except OperationalError as error:
        log.warning("the broker took no message", extra={"task": task, "error": str(error)})
        return False
    return True


# ---- recording what workers found ------------------------------------------------------------------------------------


def attribute_record(answer: AttributeAnswer) -> None:
    """Write a worker's answer down; delivered twice, it says the same twice."""
    fields: dict[str, Any] = {"strip_key": answer.strip_key or ""}
    if answer.examples_key:
        fields["examples_key"] = answer.examples_key
    if answer.problem:
        fields |= {"state": AttributeState.FAILED, "problem": answer.problem[:300]}
    elif answer.direction is not None:
        fields |= {
            "state": AttributeState.READY,
            "direction": answer.direction,
            "scale": answer.scale,
            "threshold": answer.threshold,
            "accuracy": answer.accuracy,
            "having": answer.having,
            "lacking": answer.lacking,
            "problem": "",
        }
    Attribute.objects.filter(pk=answer.attribute).update(**fields)


@transaction.atomic
def principal_record(answer: PrincipalAnswer) -> None:
    own = OwnManifold.objects.filter(kind=answer.kind, version=answer.manifold_version).first()
    for found in answer.directions:
        PrincipalDirection.objects.update_or_create(
            kind=answer.kind,
            manifold_version=answer.manifold_version,
            component=found.index,
            defaults={
                "merchant_id": own.merchant_id if own else None,
                "direction": found.direction,
                "scale": found.scale,
                "strip_key": found.strip_key,
            },
        )
