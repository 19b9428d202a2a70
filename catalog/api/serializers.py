from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog import storage
from catalog.models import Alteration, Photo, Product, ProductStatus, View
from catalog.services.products import MAX_SIZES, MAX_TAGS


class ColourSerializer(serializers.Serializer[Any]):
    hex = serializers.CharField(source="colour_hex")
    lab = serializers.SerializerMethodField()
    family = serializers.CharField(source="colour_family")
    second_hex = serializers.CharField(
        source="second_colour_hex", help_text="Of a two-tone product; empty otherwise, and until a worker has looked."
    )

    @extend_schema_field({"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3})
    def get_lab(self, photo: Photo) -> list[float]:
        return [photo.colour_lab_l, photo.colour_lab_a, photo.colour_lab_b]


class PhotoSerializer(serializers.ModelSerializer[Photo]):
    original_url = serializers.SerializerMethodField(help_text="Signed, valid for five minutes.")
    thumbnails = serializers.SerializerMethodField(help_text="Addresses by width in pixels.")
    colour = ColourSerializer(source="*", read_only=True)

    class Meta:
        model = Photo
        fields = [
            "id",
            "product",
            "sha256",
            "content_type",
            "size",
            "width",
            "height",
            "view",
            "alteration",
            "alt_text",
            "position",
            "is_primary",
            "colour",
            "original_url",
            "thumbnails",
            "created_at",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_original_url(self, photo: Photo) -> str:
        return storage.private_url(photo.object_key)

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string", "format": "uri"}})
    def get_thumbnails(self, photo: Photo) -> dict[str, str]:
        return {width: storage.delivery_url(key) for width, key in photo.thumbnails.items()}


class PhotoUploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="JPEG, PNG, WebP or HEIC; at most 25 MB and 36 megapixels.")
    alt_text = serializers.CharField(max_length=200, required=False, allow_blank=True)
    view = serializers.ChoiceField(choices=View.choices, required=False, help_text="Without: as the name says it.")


class PhotoChangeSerializer(serializers.Serializer[Any]):
    view = serializers.ChoiceField(choices=View.choices, required=False)
    alteration = serializers.ChoiceField(
        choices=Alteration.choices, required=False, help_text="Whether a computer changed or made the photo itself."
    )
    alt_text = serializers.CharField(max_length=200, required=False, allow_blank=True)
    is_primary = serializers.BooleanField(required=False, help_text="Only true: another photo takes its place.")

    def validate_is_primary(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError("Make another photo the primary one instead.")
        return value


class ProductSerializer(serializers.ModelSerializer[Product]):
    tags = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=MAX_TAGS, required=False, help_text="In lower case."
    )
    sizes = serializers.ListField(
        child=serializers.CharField(max_length=20), max_length=MAX_SIZES, required=False,
        help_text="All share one set of pictures.",
    )  # fmt: skip
    status = serializers.ChoiceField(choices=ProductStatus.choices, required=False)
    url = serializers.SerializerMethodField(help_text="The product's page, for shoppers once it is active.")
    photos = PhotoSerializer(many=True, read_only=True)

    class Meta:
        model = Product
        fields = [
            "id",
            "kind",
            "title",
            "sku",
            "description",
            "tags",
            "price",
            "colour_name",
            "sizes",
            "status",
            "synthetic",
            "url",
            "photos",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["id", "synthetic", "created_at", "updated_at"]

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, product: Product) -> str:
        path = reverse("catalog:product", args=[product.slug])
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path
