"""Recipes are kept with every picture and used again."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.errors import InvalidInput
from catalog.models import Membership, Product
from editing.lifecycle import variants
from editing.lifecycle.messages import for_job
from editing.models import EditJob, EditRequest, Recipe, Variant
from editing.recipes import services
from editing.recipes.document import RecipeDocument, digest_of
from editing.services import sets
from gpu_worker.contract.marks import SolverOptions
from tests.catalog.factories import PhotoFactory, ProductFactory
from tests.catalog.test_api import program
from tests.editing.factories import asked_by, photo_of, stored_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(owner: Membership) -> Variant:
    """One finished picture of a product with two photos."""
    front = photo_of(owner, view="front")
    PhotoFactory(product=front.product, view="back", position=1)
    job = asked_by(owner, front, colours=2).jobs.select_related("photo__product__merchant", "request").get()
    stored = stored_variant(1, colour_name="Deep navy", swatch="#1d3557")
    variant = variants.variant_record(job=job, stored=stored)
    job.request.jobs.update(status="done")
    assert variant is not None
    return variant


def test_the_same_recipe_asks_for_the_same(made: Variant):
    document = services.document_in(made.recipe)
    assert document.release
    spec = document.spec()
    asked = made.job.spec
    assert spec["swatches"] == [asked["swatches"][1]]
    assert (spec["region"], spec["format"], spec["mask_key"]) == (asked["region"], asked["format"], None)
    assert spec["options"]["mirror"] == asked["options"]["mirror"] == "follow"
    again = services.variant_render_again(variant=made, by=None, format="webp-lossless").jobs.get()
    made.job.token = again.token = 1  # given out
    first, second = for_job(made.job), for_job(again)
    assert (second.photo_key, second.projection, second.region) == (first.photo_key, first.projection, first.region)
    assert (second.format, second.swatches) == ("webp-lossless", first.swatches[1:])
    assert again.colourway == made.colourway


def test_missing_views_are_made_by_the_first_pictures_recipe_and_join_the_set(made: Variant):
    request = services.views_complete(colourway=made.colourway, by=None)
    job = request.jobs.select_related("photo__product__merchant", "request", "colourway").get()
    assert (job.photo.view, job.spec["swatches"]) == ("back", [{"name": "Deep navy", "colour": "#1d3557"}])
    with pytest.raises(InvalidInput):  # it is being made
        services.views_complete(colourway=made.colourway, by=None)
    other = variants.variant_record(job=job, stored=stored_variant(0, colour_name="Deep navy"))
    assert other is not None
    assert other.colourway == made.colourway


def test_a_picture_that_is_made_anew_takes_the_place_of_the_old_one(made: Variant, reviewer):
    sets.set_approve(rows=sets.locked_set(made.key), by=reviewer)
    job = services.variant_render_again(variant=made, by=None, format="webp-lossless").jobs.get()
    job = EditJob.objects.select_related("photo__product__merchant", "request", "colourway").get(pk=job.pk)
    anew = variants.variant_record(job=job, stored=stored_variant(0, key="variants/lossless", sha256="2" * 64))
    Variant.objects.filter(pk=anew.pk).update(object_key=made.object_key)
    sets.set_approve(rows=sets.locked_set(anew.key), by=reviewer)
    made.refresh_from_db()
    anew.refresh_from_db()
    assert (made.status, anew.status) == ("withdrawn", "approved")
    assert made.colourway.pictures.get(withdrawn_at=None).is_lead


def test_a_recipe_goes_to_other_products_with_all_their_views(made: Variant, owner: Membership, as_owner: Client):
    other = photo_of(owner)
    PhotoFactory(product=other.product, position=1)
    address = reverse("editing:recipe", args=[made.recipe.key])
    assert "Deep navy" in as_owner.get(address).content.decode()
    as_owner.post(address, {"photos": other.pk, "all_views": "on"})
    request = EditRequest.objects.latest("pk")
    assert {job.photo.product for job in request.jobs.all()} == {other.product}
    assert request.jobs.count() == 2


def test_what_does_not_fit_is_said_and_nothing_is_asked_for(made: Variant, owner: Membership, as_owner: Client):
    shirt = PhotoFactory(product=ProductFactory(merchant=owner.merchant, kind="shirt"), is_primary=True)
    address = reverse("editing:recipe", args=[made.recipe.key])
    page = as_owner.post(address, {"photos": shirt.pk})
    assert (page.status_code, "This recipe is for shoes" in page.content.decode()) == (422, True)
    painted = RecipeDocument.model_validate(made.recipe.document | {"region": "painted", "mask_key": "masks/1/abc"})
    bound = Recipe.objects.create(
        merchant=owner.merchant, title="Painted", document=painted.model_dump(mode="json"), digest=digest_of(painted)
    )
    with pytest.raises(InvalidInput, match="painted on one photo"):
        services.recipe_apply(recipe=bound, merchant=owner.merchant, by=None, photos=[made.photo])
    assert EditRequest.objects.count() == 1


def test_marks_and_weights_are_part_of_a_recipe(owner: Membership):
    marks = [{"type": "warp", "drags": [{"source": [0.2, 0.2], "target": [0.3, 0.2]}], "weight": 2.5}]
    document = RecipeDocument.model_validate(
        {"kind": "shoe", "constraints": marks, "options": SolverOptions(strength=0.5, seed=7).model_dump()}
    )
    assert document.spec()["constraints"][0]["weight"] == 2.5
    assert (document.spec()["options"]["seed"], "swatches" in document.spec()) == (7, False)


def test_a_name_keeps_a_recipe_and_strangers_see_none(made: Variant, as_owner: Client, as_stranger: Client):
    keep = reverse("editing:recipe-keep", args=[made.recipe.key])
    assert as_stranger.post(keep, {"name": "Mine"}).status_code == 404
    as_owner.post(keep, {"name": "Autumn navy"})
    made.recipe.refresh_from_db()
    assert (made.recipe.title, made.recipe.is_kept) == ("Autumn navy", True)
    assert "Autumn navy" in as_owner.get(reverse("editing:recipes")).content.decode()
    assert "Autumn navy" not in as_stranger.get(reverse("editing:recipes")).content.decode()


def test_programs_use_recipes_and_complete_colourways(made: Variant, owner: Membership, stranger: Membership):
    api, strange = program(owner.merchant, "edits:read", "edits:write"), program(stranger.merchant, "edits:write")
    assert api.get(f"/api/v1/recipes/{made.recipe.key}/").json()["document"]["region"] == "dominant"
    product: Product = made.photo.product
    use = f"/api/v1/recipes/{made.recipe.key}/use/"
    assert strange.post(use, {"products": [product.pk]}, format="json").status_code == 404
    assert api.post(use, {"products": [10**9]}, format="json").status_code == 400
    assert api.post(use, {"products": [product.pk]}, format="json").json()["variants_asked"] == 2
    asked = {"products": [product.pk], "swatches": [{"name": "Moss", "colour": "#606c38"}]}
    assert api.post("/api/v1/edit-requests/", asked, format="json").json()["variants_asked"] == 2
    views = f"/api/v1/colourways/{made.colourway.key}/views/"
    assert api.post(views, format="json").json()["photos"] == 1
