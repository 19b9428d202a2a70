"""A merchant's attributes: the list, a new one from examples, principal directions, and the form for many products."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import storage
from catalog.errors import CatalogError
from catalog.inputs import whole_number
from catalog.models import ProductKind, Role
from catalog.tenancy.access import MemberRequest, get_to_read, get_to_write, member_required, require_role
from editing.attributes import services
from editing.models import Attribute, AttributeState, Method
from editing.studio import selectors
from editing.studio.forms import AttributeForm, amounts, examples

PATIENCE_SECONDS = 120  # a worker needs a few; after this the page offers to ask again


def chosen_kind(request: MemberRequest) -> str:
    kind = request.GET.get("kind") or request.POST.get("kind") or ProductKind.SHOE.value
    if kind not in ProductKind.values:
        raise Http404
    return kind


@require_safe
@member_required()
def index(request: MemberRequest) -> HttpResponse:
    kind = chosen_kind(request)
    version = selectors.current_version(request.membership, kind)
    rows = selectors.attributes(request.membership).filter(kind=kind, manifold_version=version)
    shown = [{"attribute": row, "strip": strip_url(row.strip_key)} for row in rows.order_by("-merchant_id", "name")]
    context = {"attributes": shown, "kind": kind, "kinds": ProductKind.choices, "version": version}
    return render(request, "editing/studio/attributes.html", context)


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def create(request: MemberRequest) -> HttpResponse:
    kind = chosen_kind(request)
    version = selectors.current_version(request.membership, kind)
    usable = selectors.usable_attributes(request.membership, kind, version)
    form = AttributeForm(request.POST or None, usable=usable, initial={"kind": kind})
    if request.method == "POST" and form.is_valid():
        made = _learn(request, form)
        if made is not None:
            return redirect(made)
    context = {"form": form, "kind": kind, "kinds": ProductKind.choices, **_examples_to_choose(request, kind, version)}
    return render(request, "editing/studio/attribute_new.html", context)


def _learn(request: MemberRequest, form: AttributeForm) -> Attribute | None:
    """The new attribute, or None with the reason on the form."""
    having, lacking = examples(request.POST)
    wanted = form.cleaned_data
    near = (
        selectors.photos(request.membership).filter(pk__in=having).first()
        if wanted["method"] == Method.NEAREST
        else None
    )
    recipe = services.Recipe(
        kind=wanted["kind"],
        name=wanted["name"].strip(),
        method=Method(wanted["method"]),
        neighbours=wanted["neighbours"] or 40,
        near=near,
        keeps=list(wanted["keeps"]),
    )
    try:
        return services.attribute_learn(
            actor=request.membership, by=request.user, recipe=recipe, having=having, lacking=lacking
        )
    except CatalogError as error:
        form.add_error(None, error.message)
        return None


def _examples_to_choose(request: MemberRequest, kind: str, version: str) -> dict[str, Any]:
    """Photos with a first guess each: by hand (what was posted), by a tag, or by a search."""
    tag, words = request.GET.get("tag", "").strip().lower(), request.GET.get("q", "").strip()
    photos = selectors.example_photos(request.membership, kind, version)
    has_tag = selectors.with_tag(photos, tag) if tag else selectors.with_words(photos, words) if words else set()
    having, lacking = (set(found) for found in examples(request.POST))
    guessed = bool(tag or words) and request.method == "GET"

    def mark(photo_id: int) -> str:
        if photo_id in having or (guessed and photo_id in has_tag):
            return "has"
        return "lacks" if photo_id in lacking or guessed else ""

    marked = sorted(((photo, mark(photo.pk)) for photo in photos), key=lambda pair: ["has", "", "lacks"].index(pair[1]))
    rows = [{"photo": photo, "mark": marked_as} for photo, marked_as in marked]
    return {
        "examples": rows,
        "tag": tag,
        "words": words,
        "tags": selectors.tags(request.membership, kind),
        "fewest": services.FEWEST,
    }


@require_safe
@member_required()
def detail(request: MemberRequest, attribute_id: int) -> HttpResponse:
    row = get_to_read(
        request.membership, selectors.attributes(request.membership).prefetch_related("keeps"), pk=attribute_id
    )
    usable = selectors.usable_attributes(request.membership, row.kind, row.manifold_version)
    late = (timezone.now() - row.updated_at).total_seconds() > PATIENCE_SECONDS
    context = {
        "attribute": row,
        "strip": strip_url(row.strip_key),
        "entangled": selectors.entanglements(row, usable) if row.state == AttributeState.READY else [],
        "waits": row.state == AttributeState.LEARNING and not late,
        "may_change": row.merchant_id is not None and request.membership.may_edit,
    }
    return render(request, "editing/studio/attribute.html", context)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def retry(request: MemberRequest, attribute_id: int) -> HttpResponse:
    row = get_to_write(request.membership, Attribute, pk=attribute_id)
    if row.state != AttributeState.READY:
        services.attribute_retry(attribute=row)
    return redirect(row)


@require_POST
@member_required(Role.EDITOR)
@transaction.atomic
def delete(request: MemberRequest, attribute_id: int) -> HttpResponse:
    row = get_to_write(request.membership, Attribute, pk=attribute_id)
    kind, name = row.kind, row.name
    row.delete()
    messages.success(request, f"“{name}” is deleted.")
    return redirect(f"{reverse('editing:attributes')}?kind={kind}")


@require_http_methods(["GET", "POST"])
@member_required()
def directions(request: MemberRequest) -> HttpResponse:
    """The manifold's principal directions: look at their film strips, then name one."""
    kind = chosen_kind(request)
    version = selectors.current_version(request.membership, kind)
    if request.method == "POST":
        require_role(request.membership, Role.EDITOR)
        return _change_directions(request, kind, version)
    found = selectors.principal_directions(request.membership).filter(kind=kind, manifold_version=version)
    named = dict(
        selectors.attributes(request.membership)
        .filter(kind=kind, manifold_version=version, method=Method.PRINCIPAL)
        .values_list("component", "name")
    )
    rows = [{"found": row, "strip": strip_url(row.strip_key), "name": named.get(row.component, "")} for row in found]
    asked = request.GET.get("asked") == "1"
    context = {"rows": rows, "kind": kind, "kinds": ProductKind.choices, "version": version, "asked": asked}
    return render(request, "editing/studio/directions.html", context)


def _change_directions(request: MemberRequest, kind: str, version: str) -> HttpResponse:
    address = f"{reverse('editing:attribute-directions')}?kind={kind}"
    component = whole_number(request.POST.get("component"))
    if component is None:
        if not services.principal_ask(actor=request.membership, kind=kind, version=version):
            messages.error(request, "The workers cannot be reached just now. Try again in a minute.")
            return redirect(address)
        return redirect(f"{address}&asked=1")
    known = selectors.principal_directions(request.membership).filter(kind=kind, manifold_version=version)
    found = known.filter(component=component).first()
    name = request.POST.get("name", "").strip()[:60]
    if found is None or not name:
        raise Http404
    try:
        made = services.attribute_name_principal(actor=request.membership, by=request.user, found=found, name=name)
    except CatalogError as error:
        messages.error(request, error.message)
        return redirect(address)
    return redirect(made)


@require_http_methods(["GET", "POST"])
@member_required(Role.EDITOR)
def use(request: MemberRequest) -> HttpResponse:
    """Move many products along attributes at once."""
    kind = chosen_kind(request)
    version = selectors.current_version(request.membership, kind)
    usable = selectors.usable_attributes(request.membership, kind, version)
    photos = selectors.example_photos(request.membership, kind, version)
    if request.method == "POST":
        chosen = [photo for photo in photos if str(photo.pk) in request.POST.getlist("photos")]
        try:
            made = services.attribute_use(
                actor=request.membership,
                by=request.user,
                photos=chosen,
                amounts=amounts(request.POST, usable),
                way="features" if request.POST.get("way") == "features" else "neighbours",
            )
        except CatalogError as error:
            messages.error(request, error.message)
        else:
            return redirect(made)
    chosen_before = set(request.POST.getlist("photos"))
    context = {
        "attributes": usable,
        "photos": photos,
        "kind": kind,
        "kinds": ProductKind.choices,
        "chosen": chosen_before,
        "way": request.POST.get("way", ""),
    }
    return render(request, "editing/studio/attributes_use.html", context)


def strip_url(key: str) -> str:
    return storage.delivery_url(key) if key else ""
