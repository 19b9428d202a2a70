from django_filters import rest_framework as filters

from catalog.api.filters import SinceFilter
from editing.lifecycle.states import RequestStatus, VariantStatus
from editing.models import EditRequest, Source, Variant


class EditRequestFilter(filters.FilterSet):  # type: ignore[misc]
    status = filters.ChoiceFilter(choices=RequestStatus.choices)
    source = filters.ChoiceFilter(choices=Source.choices)
    created_since = SinceFilter(field_name="created_at", lookup_expr="gte")

    class Meta:
        model = EditRequest
        fields: list[str] = []


class VariantFilter(filters.FilterSet):  # type: ignore[misc]
    status = filters.ChoiceFilter(choices=VariantStatus.choices)
    request = filters.UUIDFilter(field_name="request__key")
    photo = filters.NumberFilter(field_name="photo_id", min_value=1, max_value=2**63 - 1)
    product = filters.NumberFilter(field_name="photo__product_id", min_value=1, max_value=2**63 - 1)
    decided_since = SinceFilter(field_name="decided_at", lookup_expr="gte")

    class Meta:
        model = Variant
        fields: list[str] = []
