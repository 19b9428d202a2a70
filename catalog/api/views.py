from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.base import TokenView, token_of
from catalog.api.filters import ProductFilter
from catalog.api.idempotency import idempotent
from catalog.api.parsers import JSONParser, MultiPartParser
from catalog.api.serializers import (
    PhotoChangeSerializer,
    PhotoSerializer,
    PhotoUploadSerializer,
    ProductSerializer,
)
from catalog.models import Photo, Product, ProductStatus, View
from catalog.services import photos as photo_services
from catalog.services import products as product_services
from catalog.tenancy.access import get_to_read, get_to_write, readable


class ProductEndpoint(TokenView, GenericAPIView[Product]):
    serializer_class = ProductSerializer
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[Product]:
        if getattr(self, "swagger_fake_view", False):
            return Product.objects.none()
        return readable(token_of(self.request), Product).select_related("merchant").prefetch_related("photos")

    def answer(self, product_id: int, status: int = 200) -> Response:
        product = get_to_read(token_of(self.request), self.get_queryset(), pk=product_id)
        return Response(self.get_serializer(product).data, status=status)

    def write(self, product: Product | None) -> Product:
        """Create or change a product from the request's data; a status is a move of its own."""
        form = self.get_serializer(data=self.request.data, partial=product is not None)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        status = fields.pop("status", None)
        if product is None:
            product = product_services.product_create(merchant=token_of(self.request).merchant, fields=fields)
        else:
            product_services.product_update(product=product, fields=fields)
        if status is not None:
            product_services.product_move(product=product, status=ProductStatus(status))
        return product


class ProductList(ProductEndpoint):
    filter_backends = [DjangoFilterBackend]
    filterset_class = ProductFilter

    @extend_schema(operation_id="products_list", responses=ProductSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The merchant's products, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses={201: ProductSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a product. It begins as a draft; photos come next."""
        return self.answer(self.write(None).pk, status=201)


class ProductDetail(ProductEndpoint):
    def get(self, request: Request, product_id: int) -> Response:
        """One product."""
        return self.answer(product_id)

    @idempotent
    def patch(self, request: Request, product_id: int) -> Response:
        """Change some fields of a product, its status among them."""
        return self.answer(self.write(get_to_write(token_of(request), Product, pk=product_id)).pk)

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, product_id: int) -> Response:
        """Delete a product with its photos and published variants."""
        product_services.product_delete(product=get_to_write(token_of(request), Product, pk=product_id))
        return Response(status=204)


class ProductPhotos(TokenView, GenericAPIView[Photo]):
    serializer_class = PhotoSerializer
    parser_classes = [MultiPartParser]
    pagination_class = None

    @extend_schema(responses=PhotoSerializer(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        """The photos of a product, in their order."""
        product = get_to_read(token_of(request), Product, pk=product_id)
        return Response(PhotoSerializer(product.photos.all(), many=True).data)

    @extend_schema(
        request={"multipart/form-data": PhotoUploadSerializer}, responses={200: PhotoSerializer, 201: PhotoSerializer}
    )
    @idempotent
    def post(self, request: Request, product_id: int) -> Response:
        """Upload a photo. The same photo again answers 200 with the one that is there."""
        product = get_to_write(token_of(request), Product, pk=product_id)
        form = PhotoUploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        file = form.validated_data["file"]
        data = photo_services.read_limited(file)
        photo, is_new = photo_services.photo_add(product=product, name=file.name, data=data, by=None)
        if is_new and form.validated_data.get("alt_text"):
            photo_services.photo_describe(photo=photo, alt_text=form.validated_data["alt_text"])
        if is_new and "view" in form.validated_data:
            photo_services.photo_tell(photo=photo, view=View(form.validated_data["view"]))
        return Response(PhotoSerializer(photo).data, status=201 if is_new else 200)


class PhotoDetail(TokenView, GenericAPIView[Photo]):
    serializer_class = PhotoSerializer
    parser_classes = [JSONParser]

    def get(self, request: Request, photo_id: int) -> Response:
        """One photo."""
        return Response(PhotoSerializer(get_to_read(token_of(request), Photo, pk=photo_id)).data)

    @extend_schema(request=PhotoChangeSerializer)
    @idempotent
    def patch(self, request: Request, photo_id: int) -> Response:
        """Describe a photo, say its view or whether a computer made it, or make it the primary one."""
        photo = get_to_write(token_of(request), Photo, pk=photo_id)
        form = PhotoChangeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        changes: dict[str, Any] = form.validated_data
        if "alt_text" in changes:
            photo_services.photo_describe(photo=photo, alt_text=changes["alt_text"])
        photo_services.photo_tell(photo=photo, view=changes.get("view"), alteration=changes.get("alteration"))
        if changes.get("is_primary"):
            photo_services.photo_make_primary(photo=photo)
        return Response(PhotoSerializer(photo).data)

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, photo_id: int) -> Response:
        """Delete a photo."""
        photo_services.photo_delete(photo=get_to_write(token_of(request), Photo, pk=photo_id))
        return Response(status=204)
