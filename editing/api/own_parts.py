"""Parts of a merchant's own by program: named, painted on some photos, and found by a group of the generator's units."""

from typing import Any

from django.db.models import Count, QuerySet
from drf_spectacular.utils import extend_schema
from pydantic import TypeAdapter, ValidationError
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.base import token_of
from catalog.api.idempotency import idempotent
from catalog.api.parsers import JSONParser
from catalog.models import ProductKind
from catalog.tenancy.access import get_to_read, get_to_write, readable
from editing.api.base import EditsView
from editing.models import OwnPart, Projection
from editing.own_parts import painted, services
from gpu_worker.contract.marks import Stroke
from gpu_worker.contract.unit_groups import MOST_PHOTOS

STROKES: TypeAdapter[list[Stroke]] = TypeAdapter(list[Stroke])


class PaintedPhotoSerializer(serializers.Serializer[Any]):
    photo = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    strokes = serializers.ListField(
        child=serializers.DictField(), required=False, max_length=200, help_text="As in a constraint: fractions of the frame."
    )  # fmt: skip
    mask_key = serializers.CharField(
        max_length=200, required=False, help_text="Or as `POST /photos/{id}/masks/` answered it."
    )

    def validate_strokes(self, value: list[Any]) -> list[Stroke]:
        try:
            return STROKES.validate_python(value)
        except ValidationError as error:
            raise serializers.ValidationError([item["msg"] for item in error.errors()[:5]]) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("strokes")) == bool(attrs.get("mask_key")):
            raise serializers.ValidationError({"strokes": ["Give strokes or a mask, one of the two."]})
        return attrs


class NewOwnPartSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ProductKind.choices)
    name = serializers.CharField(max_length=60)
    photos = PaintedPhotoSerializer(many=True, min_length=1, max_length=MOST_PHOTOS)  # type: ignore[call-arg]


class OwnPartSerializer(serializers.ModelSerializer[OwnPart]):
    photos = serializers.IntegerField(source="painted_on", help_text="How many photos it was painted on.")

    class Meta:
        model = OwnPart
        fields = ["id", "kind", "name", "state", "problem", "agreement", "photos", "created_at"]
        read_only_fields = fields


class OwnPartEndpoint(EditsView, GenericAPIView[OwnPart]):
    serializer_class = OwnPartSerializer
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[OwnPart]:
        if getattr(self, "swagger_fake_view", False):
            return OwnPart.objects.none()
        return readable(token_of(self.request), OwnPart).annotate(painted_on=Count("photos"))

    def answer(self, part_id: int, status: int = 200) -> Response:
        row = get_to_read(token_of(self.request), self.get_queryset(), pk=part_id)
        return Response(OwnPartSerializer(row).data, status=status)


class OwnPartList(OwnPartEndpoint):
    @extend_schema(operation_id="own_parts_list", responses=OwnPartSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The merchant's own parts, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(OwnPartSerializer(page, many=True).data)

    @extend_schema(request=NewOwnPartSerializer, responses={201: OwnPartSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Name a part and say where it is on some photos. It is `ready` in seconds, or `failed` with its `problem`."""
        form = NewOwnPartSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked, token = form.validated_data, token_of(request)
        shown = {row["photo"]: row for row in asked["photos"]}
        known = services.projections_of(token, asked["kind"], list(shown))
        cells = {photo: _cells(row, known[photo], token.merchant_id) for photo, row in shown.items()}
        name = asked["name"].strip()
        part = services.own_part_find(actor=token, by=None, kind=asked["kind"], name=name, painted=cells)
        return self.answer(part.pk, status=201)


def _cells(row: dict[str, Any], projection: Projection, merchant_id: int) -> str:
    if row.get("strokes"):
        return painted.of_strokes(row["strokes"])
    return painted.of_mask(row["mask_key"], projection, merchant_id)


class OwnPartDetail(OwnPartEndpoint):
    def get(self, request: Request, part_id: int) -> Response:
        """One of the merchant's own parts, and how well it was found."""
        return self.answer(part_id)

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, part_id: int) -> Response:
        """Delete a part. Nothing that was made with it changes."""
        get_to_write(token_of(request), OwnPart, pk=part_id).delete()
        return Response(status=204)
