"""Downloads of a variant for its merchant."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from catalog.tenancy.access import MemberRequest, get_to_read, member_required
from editing.selectors.review import variants_of
from editing.services.downloads import variant_png


@require_safe
@member_required()
def png(request: MemberRequest, key: UUID) -> HttpResponse:
    """The variant as PNG, made when it is asked for."""
    variant = get_to_read(request.membership, variants_of(request.membership), key=key)
    data = variant_png(variant)
    if data is None:
        raise Http404
    name = slugify(f"{variant.photo.product.title} {variant.colour_name}") or "variant"
    headers = {"Content-Disposition": f'attachment; filename="{name}.png"', "Cache-Control": "private, max-age=3600"}
    return HttpResponse(data, content_type="image/png", headers=headers)
