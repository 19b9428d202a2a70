"""Variants with their decisions, published swatches, palettes."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.base import TokenView, token_of
from catalog.api.idempotency import idempotent
from catalog.api.parsers import JSONParser
from catalog.models import Product, PublishedVariant
from catalog.tenancy.access import get_to_read, get_to_write, readable
from editing.api.base import EditsView, FileRenderer
from editing.api.filters import VariantFilter
from editing.api.serializers import (
    EventSerializer,
    PaletteSerializer,
    PublishedSwatchSerializer,
    VariantSerializer,
    WithdrawSerializer,
)
from editing.models import Event, Palette, Variant
from editing.selectors.review import variants_of
from editing.services import palettes as palette_services
from editing.services import sets
from editing.services.downloads import variant_animation


class WebpRenderer(FileRenderer):
    media_type, format = "image/webp", "webp"


class VariantEndpoint(EditsView, GenericAPIView[Variant]):
    serializer_class = VariantSerializer
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[Variant]:
        if getattr(self, "swagger_fake_view", False):
            return Variant.objects.none()
        return variants_of(token_of(self.request)).select_related("job")

    def answer(self, key: UUID) -> Response:
        return Response(self.get_serializer(get_to_read(token_of(self.request), self.get_queryset(), key=key)).data)


class VariantList(VariantEndpoint):
    filter_backends = [DjangoFilterBackend]
    filterset_class = VariantFilter

    @extend_schema(operation_id="variants_list", responses=VariantSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The merchant's variants with their decisions, newest first; `request` names those of one edit request."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class VariantDetail(VariantEndpoint):
    def get(self, request: Request, key: UUID) -> Response:
        """One variant: where its picture is, what was measured, what was decided and why."""
        return self.answer(key)


class VariantAnimation(EditsView):
    renderer_classes = [WebpRenderer, JSONRenderer]

    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY})
    def get(self, request: Request, key: UUID) -> HttpResponse:
        """The way from the photo to the variant and back as an animation (WebP). 404 where there is none, as of colours."""
        data = variant_animation(get_to_read(token_of(request), Variant, key=key))
        if data is None:
            raise Http404
        return HttpResponse(data, content_type="image/webp")


class VariantDecisions(EditsView):
    pagination_class = None

    @extend_schema(responses=EventSerializer(many=True))
    def get(self, request: Request, key: UUID) -> Response:
        """Every decision about a variant, oldest first: from, to, when, why, and whether by a person."""
        variant = get_to_read(token_of(request), Variant, key=key)
        rows = Event.objects.filter(variant=variant).select_related("actor").order_by("pk")
        return Response(EventSerializer(rows, many=True).data)


class VariantWithdraw(VariantEndpoint):
    @extend_schema(request=WithdrawSerializer)
    @idempotent
    def post(self, request: Request, key: UUID) -> Response:
        """Take a published colourway off the shop at once, with all its views. 409 where it is not published."""
        form = WithdrawSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        why = form.validated_data.get("reason") or "withdrawn by the merchant"
        found = get_to_write(token_of(request), Variant, key=key)
        sets.set_take_down(rows=sets.locked_set(found.key), by=None, why=why)
        return self.answer(key)


class ProductSwatches(TokenView, GenericAPIView[PublishedVariant]):
    """Part of the catalogue's data, and so under the catalogue's scope."""

    serializer_class = PublishedSwatchSerializer
    pagination_class = None

    @extend_schema(operation_id="product_swatches_list", responses=PublishedSwatchSerializer(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        """The published colours of a product, as its page shows them."""
        product = get_to_read(token_of(request), Product, pk=product_id)
        rows = product.published_variants.filter(withdrawn_at=None).select_related("product")
        return Response(self.get_serializer(rows, many=True).data)


class PaletteEndpoint(EditsView, GenericAPIView[Palette]):
    serializer_class = PaletteSerializer
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[Palette]:
        if getattr(self, "swagger_fake_view", False):
            return Palette.objects.none()
        return readable(token_of(self.request), Palette)

    def write(self, palette: Palette | None, status: int = 200) -> Response:
        form = self.get_serializer(data=self.request.data)
        form.is_valid(raise_exception=True)
        saved = palette_services.palette_write(
            merchant=token_of(self.request).merchant, palette=palette, **form.validated_data
        )
        return Response(self.get_serializer(saved).data, status=status)


class PaletteList(PaletteEndpoint):
    @extend_schema(operation_id="palettes_list", responses=PaletteSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The merchant's own palettes, newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses={201: PaletteSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Keep a palette. 409 where there is one of this name."""
        return self.write(None, status=201)


class PaletteDetail(PaletteEndpoint):
    def get(self, request: Request, palette_id: int) -> Response:
        """One palette."""
        return Response(self.get_serializer(get_to_read(token_of(request), Palette, pk=palette_id)).data)

    @idempotent
    def put(self, request: Request, palette_id: int) -> Response:
        """Replace a palette's name and swatches."""
        return self.write(get_to_write(token_of(request), Palette, pk=palette_id))

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, palette_id: int) -> Response:
        """Delete a palette. Nothing that was made with it changes."""
        get_to_write(token_of(request), Palette, pk=palette_id).delete()
        return Response(status=204)
