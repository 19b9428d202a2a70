"""Search within the token's own shop, exactly: similar products, and this in another colour."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import storage
from catalog.api.base import TokenView, token_of
from catalog.models import Photo, Product, PublishedVariant
from catalog.search.words import MAX_LENGTH
from catalog.selectors import shopping
from catalog.selectors.shopping import ColourAnswer, Found
from catalog.selectors.storefront import with_page
from catalog.tenancy.access import get_to_read

MOST = 50


class SearchQuerySerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=10)


class ColourQuerySerializer(SearchQuerySerializer):
    words = serializers.CharField(max_length=MAX_LENGTH, help_text="Such as `dark red`, `navy` or `#b7410e`.")


class FoundVariantSerializer(serializers.ModelSerializer[PublishedVariant]):
    class Meta:
        model = PublishedVariant
        fields = ["slug", "colour_name", "swatch_hex", "colour_family"]


class FoundSerializer(serializers.Serializer[Found]):
    product = serializers.IntegerField(source="product.pk")
    title = serializers.CharField(source="product.title")
    sku = serializers.CharField(source="product.sku")
    variant = FoundVariantSerializer(allow_null=True, help_text="Null: the product as photographed.")
    url = serializers.SerializerMethodField()
    thumbnails = serializers.SerializerMethodField(help_text="Addresses by width in pixels.")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, found: Found) -> str:
        slugs = [found.product.slug, *([found.variant.slug] if found.variant else [])]
        path = reverse("catalog:variant" if found.variant else "catalog:product", args=slugs)
        return str(self.context["request"].build_absolute_uri(path))

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string", "format": "uri"}})
    def get_thumbnails(self, found: Found) -> dict[str, str]:
        photos: list[Photo] = found.product.primary_photos  # type: ignore[attr-defined]
        source = found.variant or next(iter(photos), None)
        return {width: storage.delivery_url(key) for width, key in source.thumbnails.items()} if source else {}


class SimilarAnswerSerializer(serializers.Serializer[Any]):
    results = FoundSerializer(many=True, help_text="The nearest in shape first.")


class AskedColourSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    hex = serializers.CharField()
    family = serializers.CharField()


class ColourAnswerSerializer(serializers.Serializer[ColourAnswer]):
    colour = AskedColourSerializer(allow_null=True, help_text="How the words were understood; null: not at all.")
    colours = AskedColourSerializer(source="question.colours", many=True, help_text="All colours that were asked for.")
    excluded = AskedColourSerializer(source="question.excluded", many=True, help_text="Those that were not wanted.")
    language = serializers.CharField(source="question.language", help_text="ISO 639-1 code of the words' language.")
    unknown = serializers.ListField(
        child=serializers.CharField(), source="question.unknown", help_text="Not understood."
    )
    nearest = serializers.ListField(child=serializers.CharField(), help_text="Colours that may have been meant.")
    as_photographed = serializers.BooleanField(help_text="The product's photo shows it in that colour.")
    own = FoundVariantSerializer(many=True, help_text="The product's own published variants of that colour.")
    results = FoundSerializer(source="found", many=True, help_text="Without those: the most similar that have it.")


class SearchEndpoint(TokenView):
    pagination_class = None

    def product(self, product_id: int) -> Product:
        """The token's product, as its page wants it."""
        get_to_read(token_of(self.request), Product, pk=product_id)
        return with_page(Product.objects.filter(pk=product_id)).get()

    def answer(self, serializer: type[serializers.Serializer[Any]], value: Any) -> Response:
        return Response(serializer(value, context={"request": self.request}).data)


class SimilarProducts(SearchEndpoint):
    @extend_schema(parameters=[SearchQuerySerializer], responses=SimilarAnswerSerializer)
    def get(self, request: Request, product_id: int) -> Response:
        """Active products of the shop that are most like this one in shape; none while its photo is being looked at."""
        product = self.product(product_id)  # first: of a stranger's product nothing is said at all
        query = SearchQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        limit = query.validated_data["limit"]
        found = shopping.similar_items(product, limit=limit, merchant=token_of(request).merchant)
        return self.answer(SimilarAnswerSerializer, {"results": found})


class ProductInColour(SearchEndpoint):
    @extend_schema(parameters=[ColourQuerySerializer], responses=ColourAnswerSerializer)
    def get(self, request: Request, product_id: int) -> Response:
        """The product's variants in a colour put in words, else the shop's most similar products that have it."""
        product = self.product(product_id)
        query = ColourQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        merchant = token_of(request).merchant
        answer = shopping.product_in_colour(product, asked["words"], limit=asked["limit"], merchant=merchant)
        return self.answer(ColourAnswerSerializer, answer)
