"""Pictures, lists and feeds for programs."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from catalog import naming
from catalog.api.base import TokenView, token_of
from catalog.errors import InvalidInput
from editing.api.base import FileRenderer
from editing.publishing.exports.pictures import DEFAULT_NAME, NAME_FIELDS
from editing.publishing.exports.presets import PRESETS
from editing.publishing.forms import Chosen
from editing.publishing.selection import MAX_CHOSEN, Selection
from editing.views import exports


class ExportQuerySerializer(serializers.Serializer[Any]):
    preset = serializers.ChoiceField(choices=list(PRESETS), default="original")
    name = serializers.CharField(max_length=120, default=DEFAULT_NAME, help_text=f"Of {', '.join(NAME_FIELDS)}.")
    product = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=MAX_CHOSEN,
        help_text="Without: everything that is in the shop.",
    )  # fmt: skip
    photos = serializers.BooleanField(default=False, help_text="The photos themselves, too.")

    def validate_name(self, value: str) -> str:
        try:
            naming.check(value, NAME_FIELDS)
        except InvalidInput as error:
            raise serializers.ValidationError(error.message) from error
        return value


class ZipRenderer(FileRenderer):
    media_type, format = "application/zip", "zip"


class CsvRenderer(FileRenderer):
    media_type, format = "text/csv", "csv"


class XmlRenderer(FileRenderer):
    media_type, format = "application/xml", "xml"


class _Export(TokenView):
    def chosen(self, request: Request) -> Chosen:
        query = request.query_params
        sent = {name: query[name] for name in ("preset", "name", "photos") if name in query}
        if "product" in query:
            sent["product"] = query.getlist("product")  # type: ignore[assignment]
        form = ExportQuerySerializer(data=sent)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        return Chosen(
            selection=Selection(products=asked.get("product", [])),
            preset=PRESETS[asked["preset"]],
            pattern=asked["name"],
            with_photos=asked["photos"],
        )


class PicturesZip(_Export):
    renderer_classes = [ZipRenderer, JSONRenderer]

    @extend_schema(
        parameters=[ExportQuerySerializer], responses={(200, "application/zip"): OpenApiTypes.BINARY}
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponseBase:
        """A ZIP of the live colourways' pictures with a list of them, sent while it is made."""
        chosen, token = self.chosen(request), token_of(request)
        return exports.zip_response(token.merchant, chosen.selection.of(token), chosen)


class PicturesCsv(_Export):
    renderer_classes = [CsvRenderer, JSONRenderer]

    @extend_schema(parameters=[ExportQuerySerializer], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponseBase:
        """The list alone: what each picture shows, its description, and how far it is a machine's work."""
        chosen, token = self.chosen(request), token_of(request)
        return exports.csv_response(token.merchant, chosen.selection.of(token), chosen)


class GoogleFeed(TokenView):
    renderer_classes = [XmlRenderer, JSONRenderer]

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponseBase:
        """The feed for Google Merchant Center, as its secret address gives it."""
        return exports.feed_response(request._request, token_of(request).merchant, "google.xml")


class ShopifyFile(TokenView):
    renderer_classes = [CsvRenderer, JSONRenderer]

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponseBase:
        """The CSV that Shopify's product import reads."""
        return exports.feed_response(request._request, token_of(request).merchant, "shopify.csv")
