"""Outlines by program: what was found in a photo, marks by which it is found anew, and a person's word that it is right."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import storage
from catalog.api.base import token_of
from catalog.api.parsers import JSONParser
from catalog.models import Photo
from catalog.tenancy.access import get_to_read, readable
from editing.api.base import EditsView
from editing.lifecycle import outlines as services
from editing.selectors.outlines import outline_state


class OutlineSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["finding", "found", "doubtful", "confirmed", "refused"])
    revision = serializers.IntegerField(help_text="Send it back with marks, or to confirm.")
    confidence = serializers.FloatField(allow_null=True, help_text="Intersection over union with the truth to expect.")
    picture_url = serializers.URLField(allow_null=True, help_text="Grey, white where the product is; a few minutes.")
    problem = serializers.CharField(allow_blank=True)


class MarksSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=0, help_text="Of the outline that was looked at.")
    box = serializers.ListField(
        child=serializers.FloatField(), required=False, allow_null=True, min_length=4, max_length=4,
        help_text="Left, top, right, bottom in fractions of the photo's longer side.",
    )  # fmt: skip
    marks = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="See `gpu_worker/contract/outline.py`: OutlineBrush."
    )


class ConfirmSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=0)


class OutlineEndpoint(EditsView):
    parser_classes = [JSONParser]

    def photo(self, photo_id: int) -> Photo:
        token = token_of(self.request)
        return get_to_read(token, readable(token, Photo).select_related("product"), pk=photo_id)

    def answer(self, photo: Photo) -> Response:
        found = outline_state(photo)
        url = storage.private_url(found.picture) if found.picture else None
        shown = {"state": found.state, "revision": found.revision, "confidence": found.confidence}
        return Response({**shown, "picture_url": url, "problem": found.problem})


class PhotoOutlineView(OutlineEndpoint):
    @extend_schema(responses=OutlineSerializer)
    def get(self, request: Request, photo_id: int) -> Response:
        """Where the product was found in a photo, and how sure that is."""
        return self.answer(self.photo(photo_id))

    @extend_schema(request=MarksSerializer, responses=OutlineSerializer)
    def put(self, request: Request, photo_id: int) -> Response:
        """Have the product found by a box and strokes. They replace those before; 409 for an old revision."""
        photo = self.photo(photo_id)
        form = MarksSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        services.outline_mark(photo=photo, asked=services.outline_parse(form.validated_data), by=None)
        return self.answer(photo)


class OutlineConfirm(OutlineEndpoint):
    @extend_schema(request=ConfirmSerializer, responses=OutlineSerializer)
    def post(self, request: Request, photo_id: int) -> Response:
        """Say that what was found is right: pictures of this photo may then be approved by their measures."""
        photo = self.photo(photo_id)
        form = ConfirmSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        services.outline_confirm(photo=photo, revision=form.validated_data["revision"], by=None)
        return self.answer(photo)
