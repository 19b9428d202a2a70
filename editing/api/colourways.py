"""Colourways as they are sold, and recipes."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import storage
from catalog.api.base import token_of
from catalog.api.idempotency import idempotent
from catalog.api.parsers import JSONParser
from catalog.errors import InvalidInput
from catalog.inputs import whole_number
from catalog.models import Colourway, Photo, PublishedVariant
from catalog.services.colourways import MAX_ALT_TEXT, alt_texts_write
from catalog.templatetags.shop import picture_alt
from catalog.tenancy.access import get_to_read, get_to_write, readable
from editing.api.base import EditsView
from editing.api.serializers import EditRequestSerializer, WithdrawSerializer
from editing.lifecycle.requests import MAX_PHOTOS
from editing.models import EditRequest, Recipe, Source
from editing.publishing.colourways import colourway_change
from editing.publishing.selectors import colourways_of
from editing.recipes import services as recipes
from editing.selectors.requests import merchant_requests
from editing.services import sets

_URL = {"type": "string", "format": "uri"}


class PictureSerializer(serializers.ModelSerializer[PublishedVariant]):
    view = serializers.CharField(source="photo.view")
    alt_text = serializers.SerializerMethodField(help_text="Its own, else made from title, colour and view.")
    alteration = serializers.CharField(help_text="none, modified or generated.")
    image_url = serializers.SerializerMethodField()

    class Meta:
        model = PublishedVariant
        fields = ["id", "photo", "view", "is_lead", "alt_text", "alteration", "width", "height", "image_url"]
        read_only_fields = fields

    def get_alt_text(self, picture: PublishedVariant) -> str:
        return picture_alt(picture)

    @extend_schema_field(_URL)
    def get_image_url(self, picture: PublishedVariant) -> str:
        return storage.delivery_url(picture.object_key)


class ColourwaySerializer(serializers.ModelSerializer[Colourway]):
    id = serializers.UUIDField(source="key", read_only=True)
    swatch = serializers.CharField(source="swatch_hex", read_only=True)
    pictures = PictureSerializer(source="live_pictures", many=True, read_only=True, help_text="In the shop.")
    alt_texts = serializers.DictField(
        child=serializers.CharField(max_length=MAX_ALT_TEXT, allow_blank=True), required=False, write_only=True,
        help_text="Descriptions by the picture's id; empty: made from title, colour and view.",
    )  # fmt: skip

    class Meta:
        model = Colourway
        fields = [
            "id", "product", "kind", "name", "swatch", "sku", "price", "stock", "position", "pictures", "alt_texts",
            "created_at",
        ]  # fmt: skip
        read_only_fields = ["product", "kind", "position", "created_at"]
        validators: list[Any] = []  # the service finds a SKU in use, without a race


class ColourwayEndpoint(EditsView, GenericAPIView[Colourway]):
    serializer_class = ColourwaySerializer
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[Colourway]:
        if getattr(self, "swagger_fake_view", False):
            return Colourway.objects.none()
        live = PublishedVariant.objects.filter(withdrawn_at=None).select_related("photo", "product")
        ordered = live.order_by("-is_lead", "photo__position", "pk")
        return colourways_of(token_of(self.request)).prefetch_related(
            Prefetch("pictures", queryset=ordered, to_attr="live_pictures")
        )

    def answer(self, key: UUID) -> Response:
        return Response(self.get_serializer(get_to_read(token_of(self.request), self.get_queryset(), key=key)).data)


class ColourwayList(ColourwayEndpoint):
    @extend_schema(
        operation_id="colourways_list",
        responses=ColourwaySerializer(many=True),
        parameters=[OpenApiParameter("product", int, description="Those of one product.")],
    )
    def get(self, request: Request) -> Response:
        """The merchant's colourways, newest first, with what is in the shop of them."""
        rows = self.get_queryset()
        product = request.query_params.get("product", "")
        if product:
            rows = rows.filter(product=whole_number(product) or 0)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class ColourwayDetail(ColourwayEndpoint):
    def get(self, request: Request, key: UUID) -> Response:
        """One colourway."""
        return self.answer(key)

    @idempotent
    def patch(self, request: Request, key: UUID) -> Response:
        """Change name, SKU, price, stock or the descriptions of its pictures; also after approval."""
        colourway = get_to_write(token_of(request), Colourway, key=key)
        form = self.get_serializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        texts = fields.pop("alt_texts", {})
        colourway_change(colourway=colourway, fields=fields)
        own = {str(pk): pk for pk in colourway.pictures.values_list("pk", flat=True)}
        if set(texts) - set(own):
            raise InvalidInput("There is no such picture.", extra={"alt_texts": ["There is no such picture."]})
        alt_texts_write(merchant=colourway.merchant, texts={own[pk]: text for pk, text in texts.items()})
        return self.answer(key)


class ColourwayViews(ColourwayEndpoint):
    @extend_schema(request=None, responses={201: EditRequestSerializer})
    @idempotent
    def post(self, request: Request, key: UUID) -> Response:
        """Ask for the product's photos that the colourway has not yet, by its own recipe. They join its set."""
        colourway = get_to_write(token_of(request), Colourway, key=key)
        return _made(request, recipes.views_complete(colourway=colourway, by=None, source=Source.API))


class ColourwayWithdraw(ColourwayEndpoint):
    @extend_schema(request=WithdrawSerializer)
    @idempotent
    def post(self, request: Request, key: UUID) -> Response:
        """Take a colourway off the shop at once, with all its views. 409 where it is not published."""
        form = WithdrawSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        colourway = get_to_write(token_of(request), Colourway, key=key)
        first = colourway.variants.order_by("pk").values_list("key", flat=True).first()
        if first is None:
            raise InvalidInput("It has no picture.")
        why = form.validated_data.get("reason") or "withdrawn by the merchant"
        sets.set_take_down(rows=sets.locked_set(first), by=None, why=why)
        return self.answer(key)


def _made(request: Request, made: EditRequest) -> Response:
    row = get_to_read(token_of(request), merchant_requests(token_of(request)), key=made.key)
    return Response(EditRequestSerializer(row).data, status=201)


class RecipeSerializer(serializers.ModelSerializer[Recipe]):
    id = serializers.UUIDField(source="key")
    document = serializers.DictField(help_text="Swatches and region, or constraints with weights; manifold; release.")

    class Meta:
        model = Recipe
        fields = ["id", "title", "is_kept", "document", "created_at"]
        read_only_fields = fields


class UseRecipeSerializer(serializers.Serializer[Any]):
    photos = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=MAX_PHOTOS
    )
    products = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        max_length=MAX_PHOTOS,
        help_text="Every view of these products.",
    )


class RecipeList(EditsView, GenericAPIView[Recipe]):
    serializer_class = RecipeSerializer

    @extend_schema(operation_id="recipes_list", responses=RecipeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The merchant's recipes, newest first."""
        page = self.paginate_queryset(readable(token_of(request), Recipe))
        return self.get_paginated_response(RecipeSerializer(page, many=True).data)


class RecipeDetail(EditsView, GenericAPIView[Recipe]):
    serializer_class = RecipeSerializer

    def get(self, request: Request, key: UUID) -> Response:
        """One recipe."""
        return Response(RecipeSerializer(get_to_read(token_of(request), Recipe, key=key)).data)


class RecipeUse(EditsView, GenericAPIView[Recipe]):
    serializer_class = UseRecipeSerializer
    parser_classes = [JSONParser]

    @extend_schema(request=UseRecipeSerializer, responses={201: EditRequestSerializer})
    @idempotent
    def post(self, request: Request, key: UUID) -> Response:
        """Ask for the same on other photos, or on every view of some products."""
        recipe = get_to_write(token_of(request), Recipe, key=key)
        form = UseRecipeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        photos = photos_asked(request, form.validated_data)
        made = recipes.recipe_apply(
            recipe=recipe, merchant=token_of(request).merchant, by=None, photos=photos, source=Source.API
        )
        return _made(request, made)


def photos_asked(request: Request, asked: dict[str, Any]) -> list[Photo]:
    """The named photos, and every photo of the named products. Raises InvalidInput for what is not the merchant's."""
    photos, products = set(asked.get("photos", [])), set(asked.get("products", []))
    chosen = Q(pk__in=photos) | Q(product__in=products)
    rows = readable(token_of(request), Photo).filter(chosen).select_related("product")
    found = list(rows.order_by("product", "position", "pk"))
    missing = {*(f"photo {pk}" for pk in photos - {row.pk for row in found}),
               *(f"product {pk} with a photo" for pk in products - {row.product_id for row in found})}  # fmt: skip
    if missing:
        raise InvalidInput(f"There is no {sorted(missing)[0]}.", extra={"photos": sorted(missing)[:10]})
    return found
