"""Downloads of a variant for its merchant."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from catalog.tenancy.access import MemberRequest, get_to_read, member_required
from editing.models import Variant
from editing.selectors.review import variants_of
from editing.services.downloads import variant_animation, variant_png


@require_safe
@member_required()
def png(request: MemberRequest, key: UUID) -> HttpResponse:
    """The variant as PNG, made when it is asked for."""
    variant = get_to_read(request.membership, variants_of(request.membership), key=key)
    return _attachment(variant_png(variant), _name(variant), "png")


@require_safe
@member_required()
def animation(request: MemberRequest, key: UUID) -> HttpResponse:
    """The way to the variant as an animation, made when it is asked for."""
    variant = get_to_read(request.membership, variants_of(request.membership), key=key)
    return _attachment(variant_animation(variant), f"{_name(variant)}-way", "webp")


def _name(variant: Variant) -> str:
    return slugify(f"{variant.photo.product.title} {variant.colour_name}") or "variant"


def _attachment(data: bytes | None, name: str, ending: str) -> HttpResponse:
    if data is None:
        raise Http404
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "Cache-Control": "private, max-age=3600",
    }
    return HttpResponse(data, content_type=f"image/{ending}", headers=headers)
