"""Publishing to stores that an owner has connected in the pages: tokens of stores never pass through this API."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.base import token_of
from catalog.api.idempotency import idempotent
from catalog.api.parsers import JSONParser
from catalog.tenancy.access import get_to_read, get_to_write, readable
from editing.api.base import EditsView
from editing.models import Store, StoreItem
from editing.publishing.selection import MAX_CHOSEN, Selection
from editing.publishing.stores import services


class StoreSerializer(serializers.ModelSerializer[Store]):
    id = serializers.UUIDField(source="key")

    class Meta:
        model = Store
        fields = ["id", "kind", "name", "url", "created_at"]
        read_only_fields = fields


class StoreItemSerializer(serializers.ModelSerializer[StoreItem]):
    class Meta:
        model = StoreItem
        fields = ["product", "is_wanted", "status", "remote_id", "attempts", "problem", "changed_at"]
        read_only_fields = fields


class ProductsSerializer(serializers.Serializer[Any]):
    products = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=MAX_CHOSEN,
        help_text="Without: everything that is in the shop.",
    )  # fmt: skip


class PublishedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    publication = serializers.UUIDField(allow_null=True, help_text="By which it is undone.")


class UndoSerializer(ProductsSerializer):
    publication = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("products")) == bool(attrs.get("publication")):
            raise serializers.ValidationError({"publication": ["Name a publication or products, one of the two."]})
        return attrs


class StoreList(EditsView, GenericAPIView[Store]):
    serializer_class = StoreSerializer

    @extend_schema(operation_id="stores_list", responses=StoreSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The merchant's stores, newest first."""
        page = self.paginate_queryset(readable(token_of(request), Store))
        return self.get_paginated_response(StoreSerializer(page, many=True).data)


class StoreItems(EditsView, GenericAPIView[StoreItem]):
    serializer_class = StoreItemSerializer

    @extend_schema(operation_id="store_items_list", responses=StoreItemSerializer(many=True))
    def get(self, request: Request, key: UUID) -> Response:
        """The products of a store: whether they are there as they should be, and what hinders them."""
        store = get_to_read(token_of(request), Store, key=key)
        rows = readable(token_of(request), StoreItem).filter(store=store)
        self.paginator.ordering = ("-changed_at", "-pk")  # type: ignore[union-attr]
        return self.get_paginated_response(StoreItemSerializer(self.paginate_queryset(rows), many=True).data)


class StorePublish(EditsView):
    parser_classes = [JSONParser]

    @extend_schema(request=ProductsSerializer, responses={200: PublishedSerializer})
    @idempotent
    def post(self, request: Request, key: UUID) -> Response:
        """Have products in the store as they are now, with all colours. What is there already is not doubled."""
        store = get_to_write(token_of(request), Store, key=key)
        form = ProductsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        products = Selection(products=form.validated_data.get("products", [])).of(token_of(request))
        batch, count = services.store_publish(store=store, products=products)
        return Response(PublishedSerializer({"count": count, "publication": batch}).data)


class StoreUndo(EditsView):
    parser_classes = [JSONParser]

    @extend_schema(request=UndoSerializer, responses={200: PublishedSerializer})
    @idempotent
    def post(self, request: Request, key: UUID) -> Response:
        """Take a publication, or some products, off the store again."""
        store = get_to_write(token_of(request), Store, key=key)
        form = UndoSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        if batch := form.validated_data.get("publication"):
            count = services.publication_undo(store=store, batch=batch)
        else:
            products = Selection(products=form.validated_data["products"]).of(token_of(request))
            count = services.store_take_off(store=store, products=products)
        return Response(PublishedSerializer({"count": count, "publication": None}).data)
