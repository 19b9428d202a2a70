"""Was this picture made here? For programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.base import TokenView, token_of
from catalog.api.parsers import MultiPartParser
from catalog.models import Scope
from editing.origin.services import origin_of
from gpu_worker.origin.reading import Found


class PictureSerializer(serializers.Serializer[Any]):
    picture = serializers.FileField(help_text="JPEG, PNG, WebP or AVIF.")


class MetadataSerializer(serializers.Serializer[Any]):
    source_type = serializers.CharField(help_text="IPTC's digital source type, its last part.")
    tool = serializers.CharField()
    ours = serializers.BooleanField(help_text="It names Colorway. Anybody can write that.")


class ManifestSerializer(serializers.Serializer[Any]):
    intact = serializers.BooleanField(help_text="The picture is what was signed.")
    ours = serializers.BooleanField(help_text="Signed by this installation's key.")
    signer = serializers.CharField()
    generator = serializers.CharField()
    source_type = serializers.CharField()


class MarkSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(allow_null=True, help_text="Of the installation; null where it was misread.")
    strength = serializers.FloatField(help_text="In deviations; below 8 nothing is reported.")


class OriginSerializer(serializers.Serializer[Found]):
    made_here = serializers.BooleanField()
    made_with_colorway = serializers.BooleanField()
    metadata = MetadataSerializer(allow_null=True, help_text="XMP; null: it says nothing of the kind.")
    manifest = ManifestSerializer(allow_null=True, help_text="C2PA; null: there is none.")
    mark = MarkSerializer(allow_null=True, help_text="In the pixels; null: none was found.")


class OriginOfPicture(TokenView):
    parser_classes = [MultiPartParser]
    write_scope = Scope.CATALOG_READ  # nothing is kept

    @extend_schema(request={"multipart/form-data": PictureSerializer}, responses=OriginSerializer)
    def post(self, request: Request) -> Response:
        """What the three layers of a picture say about its origin. The file is read and forgotten."""
        form = PictureSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        found = origin_of(form.validated_data["picture"], who=f"token {token_of(request).pk}")
        return Response(OriginSerializer(found).data)
