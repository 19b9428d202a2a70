"""Keeping recipes, and using them again: on other photos, for other products, in another format."""

from collections.abc import Sequence

from django.db import transaction

from catalog.errors import InvalidInput
from catalog.models import Colourway, Merchant, Photo, User
from editing.lifecycle.manifolds import bound_version
from editing.lifecycle.requests import check_photos, create_request, render_job
from editing.models import EditJob, EditRequest, Recipe, Source, Variant
from editing.recipes.document import RecipeDocument, digest_of, document_of, title_of
from gpu_worker.contract.answers import StoredVariant
from gpu_worker.contract.marks import pictures_of

DECIDED_AGAINST = ("rejected",)


def recipe_record(*, job: EditJob, stored: StoredVariant) -> Recipe:
    """The recipe of a finished picture; the same one is kept once."""
    document = document_of(job, stored)
    recipe, _ = Recipe.objects.get_or_create(
        merchant_id=job.merchant_id,
        digest=digest_of(document),
        defaults={
            "title": title_of(document),
            "document": document.model_dump(mode="json"),
            "created_by": job.request.created_by if job.request else None,
        },
    )
    return recipe


def document_in(recipe: Recipe) -> RecipeDocument:
    return RecipeDocument.model_validate(recipe.document)


def recipe_keep(*, recipe: Recipe, name: str) -> Recipe:
    """Give a locked recipe a name, so that it is found again; without one it is no longer listed."""
    recipe.is_kept = bool(name.strip())
    recipe.title = name.strip()[:120] or title_of(document_in(recipe))
    recipe.save(update_fields=["title", "is_kept"])
    return recipe


def recipe_apply(
    *, recipe: Recipe, merchant: Merchant, by: User | None, photos: Sequence[Photo], source: Source = Source.FORM,
    colourway: Colourway | None = None, format: str | None = None,
) -> EditRequest:  # fmt: skip
    """Ask for the same on other photos; with a colourway, the results join its set. Raises InvalidInput."""
    document = document_in(recipe)
    _check(document, photos)
    spec = document.spec() | ({"format": format} if format else {})
    count = len(document.swatches) or pictures_of(document.constraints, document.options)
    own, shared = (spec, None) if document.is_colour else ({}, spec)
    bound = bound_version(spec, document.manifold_version)
    jobs = [
        render_job(merchant, photo, own, count, len(photos), colourway=colourway, version=bound) for photo in photos
    ]
    options = {**own, "regions": [document.region] if document.is_colour else [], "photos": len(photos)}
    title = f"{photos[0].product.title}: {recipe.title}" if len(photos) == 1 else f"{recipe.title}, again"
    return create_request(
        merchant=merchant, created_by=by, source=source, title=title, options=options, jobs=jobs, shared=shared
    )


def _check(document: RecipeDocument, photos: Sequence[Photo]) -> None:
    check_photos(photos)
    wrong = [photo for photo in photos if photo.product.kind != document.kind]
    if wrong:
        kinds = {"shoe": "shoes", "shirt": "shirts"}
        raise InvalidInput(f"This recipe is for {kinds[document.kind]}; {wrong[0].product.title} is none.")
    if document.is_bound_to_its_photo:
        raise InvalidInput("Its region was painted on one photo. Paint it on the new photos instead.")


@transaction.atomic
def views_complete(*, colourway: Colourway, by: User | None, source: Source = Source.FORM) -> EditRequest:
    """Ask for the product's other photos in a locked colourway, by the recipe of its first picture.

    Raises InvalidInput where no view is missing.
    """
    known = list(colourway.variants.exclude(status__in=DECIDED_AGAINST).select_related("recipe").defer("w_plus"))
    first = next((variant for variant in known if variant.recipe), None)
    photos = missing_photos(colourway, known)
    if first is None or first.recipe is None or not photos:
        raise InvalidInput("Every photo of the product has this colour already.")
    merchant = colourway.merchant
    return recipe_apply(
        recipe=first.recipe, merchant=merchant, by=by, photos=photos, source=source, colourway=colourway
    )


def missing_photos(colourway: Colourway, known: Sequence[Variant]) -> list[Photo]:
    """The product's photos that the colourway neither shows nor has asked for."""
    asked = EditJob.objects.filter(colourway=colourway).exclude(status__in=("failed", "cancelled", "done"))
    there = {variant.photo_id for variant in known} | set(asked.values_list("photo", flat=True))
    return [photo for photo in colourway.product.photos.select_related("product") if photo.pk not in there]


def variant_render_again(
    *, variant: Variant, by: User | None, format: str, source: Source = Source.FORM
) -> EditRequest:
    """The same picture of the same photo in another format: the same recipe, so the same pixels. Raises InvalidInput."""
    if variant.recipe is None:
        raise InvalidInput("This picture was made before recipes were kept.")
    document = document_in(variant.recipe)
    spec = document.spec() | {"format": format}
    merchant = variant.colourway.merchant
    own, shared = (spec, None) if document.is_colour else ({}, spec)
    job = render_job(
        merchant, variant.photo, own, len(document.swatches) or pictures_of(document.constraints, document.options), 1,
        colourway=variant.colourway, version=bound_version(spec, document.manifold_version),
    )  # fmt: skip
    return create_request(
        merchant=merchant, created_by=by, source=source, title=f"{variant}, again", options=own, jobs=[job],
        shared=shared,
    )  # fmt: skip
