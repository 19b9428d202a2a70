from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema_field
from pydantic import TypeAdapter, ValidationError
from rest_framework import serializers

from catalog import storage
from catalog.api.base import token_of
from catalog.errors import InvalidInput
from catalog.models import PublishedVariant
from editing.lifecycle.examples import keys_by_photo
from editing.lifecycle.requests import MAX_PHOTOS, MAX_SWATCHES, REGIONS
from editing.models import EditJob, EditRequest, Event, Palette, Variant
from editing.own_parts.services import group_of
from gpu_worker.contract.marks import Constraint, SolverOptions

HEX = r"^#[0-9a-fA-F]{6}\Z"
CONSTRAINTS: TypeAdapter[list[Constraint]] = TypeAdapter(list[Constraint])
Checked = TypeVar("Checked")
_OWN = {"units", "own_part"}
_OTHER = {"look", "part", "walk"}  # marks that name another photo of the merchant's
_URL = {"type": "string", "format": "uri"}


class SwatchSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    colour = serializers.RegexField(HEX, help_text="sRGB, such as #c1121f.")


class MaskSerializer(serializers.Serializer[Any]):
    photo = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    key = serializers.CharField(max_length=200, help_text="As `POST /photos/{id}/masks/` answered it.")


class MaskUploadSerializer(serializers.Serializer[Any]):
    mask = serializers.FileField(help_text="PNG or WebP in the photo's shape; white or opaque pixels are the region.")


class StoredMaskSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()


class NewRequestSerializer(serializers.Serializer[Any]):
    """Colourways (`swatches`), or candidates under `constraints` as the studio sends them."""

    title = serializers.CharField(max_length=160, required=False, allow_blank=True)
    photos = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=MAX_PHOTOS
    )
    products = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=MAX_PHOTOS,
        help_text="Every photo of these products, matched to one colour.",
    )  # fmt: skip
    swatches = SwatchSerializer(many=True, required=False, max_length=MAX_SWATCHES)  # type: ignore[call-arg]
    regions = serializers.ListField(
        child=serializers.ChoiceField(choices=REGIONS), required=False, min_length=1, max_length=len(REGIONS)
    )
    masks = MaskSerializer(many=True, required=False, max_length=MAX_PHOTOS)  # type: ignore[call-arg]
    format = serializers.ChoiceField(choices=["webp", "webp-lossless"], required=False)
    mirror = serializers.ChoiceField(
        choices=["follow", "grey"], required=False,
        help_text="With swatches: what the product's mirror image on a glossy floor does. `follow`, unless said otherwise.",
    )  # fmt: skip
    constraints = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        max_length=64,
        help_text="See `gpu_worker/contract/marks.py`: Constraint. A `look`, a `part` and a `walk` name the other product by its `photo`, "
        "`units` of a part of your own its `group`.",
    )
    options = serializers.DictField(
        required=False, help_text="strength, realism, steps, candidates, frames, seed, mirror."
    )

    def validate_constraints(self, value: list[Any]) -> list[Constraint]:
        return _pydantic(CONSTRAINTS, self._with_own_parts(self._with_keys(value)))

    def _with_own_parts(self, value: list[Any]) -> list[Any]:
        """Programs name a part of their own by its number, among units or by itself; workers by what reads it off the units."""
        return [self._own_part(mark) if mark.get("type") in _OWN and "group" in mark else mark for mark in value]

    def _own_part(self, mark: dict[str, Any]) -> dict[str, Any]:
        number, action = mark["group"], mark.get("action", "remove")
        if not isinstance(number, int) or not 0 < number < 2**63:
            raise serializers.ValidationError(["group: the number of one of your own parts"])
        if action != "remove":
            raise serializers.ValidationError(["A part of your own can be taken away, and nothing else."])
        rest = {name: given for name, given in mark.items() if name != "action"}
        try:
            group = group_of(token_of(self.context["request"]), number)
        except InvalidInput as error:
            raise serializers.ValidationError([error.message]) from error
        return rest | {"type": "own_part", "group": group}

    def _with_keys(self, value: list[Any]) -> list[Any]:
        """Programs name another product by its photo; workers by its object."""
        named = {i: mark["photo"] for i, mark in enumerate(value) if mark.get("type") in _OTHER and "photo" in mark}
        if not all(isinstance(pk, int) and 0 < pk < 2**63 for pk in named.values()):
            raise serializers.ValidationError(["photo: the number of one of your photos"])
        keys = keys_by_photo(token_of(self.context["request"]), named.values())
        if missing := sorted(set(named.values()) - set(keys)):
            raise serializers.ValidationError([f"There is no photo {missing[0]}."])
        whole = {i: {name: v for name, v in value[i].items() if name != "photo"} for i in named}
        return [whole[i] | {"example_key": keys[named[i]]} if i in named else mark for i, mark in enumerate(value)]

    def validate_options(self, value: dict[str, Any]) -> SolverOptions:
        return _pydantic(TypeAdapter(SolverOptions), value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("photos") and not attrs.get("products"):
            raise serializers.ValidationError({"photos": ["Name at least one photo, or a product for all its photos."]})
        if bool(attrs.get("swatches")) == bool(attrs.get("constraints")):
            raise serializers.ValidationError({"swatches": ["Give swatches or constraints, one of the two."]})
        return attrs


def _pydantic(adapter: TypeAdapter[Checked], value: Any) -> Checked:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        notes = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:20]]
        raise serializers.ValidationError(notes) from error


class EditRequestSerializer(serializers.ModelSerializer[EditRequest]):
    id = serializers.UUIDField(source="key")
    photos = serializers.IntegerField(source="options.photos", default=1)
    swatches = serializers.SerializerMethodField()
    regions = serializers.ListField(child=serializers.CharField(), source="options.regions", default=list)
    variants_stored = serializers.IntegerField(source="stored")
    variants_in_review = serializers.IntegerField(source="waiting_review")
    failed_jobs = serializers.IntegerField()

    class Meta:
        model = EditRequest
        fields = [
            "id", "title", "source", "status", "photos", "swatches", "regions", "variants_asked", "variants_stored",
            "variants_in_review", "failed_jobs", "created_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(SwatchSerializer(many=True))
    def get_swatches(self, request: EditRequest) -> list[dict[str, str]]:
        return list(request.options.get("swatches", []))


class ProgressSerializer(serializers.Serializer[Any]):
    request = serializers.UUIDField()
    status = serializers.CharField()
    asked = serializers.IntegerField()
    stored = serializers.IntegerField()
    failed_jobs = serializers.IntegerField()
    share = serializers.IntegerField(help_text="Per cent.")
    seconds_left = serializers.FloatField(allow_null=True, help_text="Of work; null when it has ended.")


class JobSerializer(serializers.ModelSerializer[EditJob]):
    """The work on one photo: what is being done about it, or why it failed."""

    id = serializers.UUIDField(source="key")
    region = serializers.CharField(source="spec.region", default="")

    class Meta:
        model = EditJob
        fields = [
            "id", "photo", "region", "status", "stage", "step", "steps", "attempts", "variants_asked", "error_code",
            "error", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields


class MeasuredColourSerializer(serializers.Serializer[Any]):
    hex = serializers.CharField(source="measured_hex")
    lab = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3})
    def get_lab(self, variant: Variant) -> list[float]:
        return [variant.measured_l, variant.measured_a, variant.measured_b]


class DecisionSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    at = serializers.DateTimeField(source="decided_at", allow_null=True)
    is_automatic = serializers.SerializerMethodField(help_text="Approved by its measures alone.")

    def get_is_automatic(self, variant: Variant) -> bool:
        return variant.decided_at is not None and variant.decided_by_id is None


class VariantSerializer(serializers.ModelSerializer[Variant]):
    id = serializers.UUIDField(source="key")
    request = serializers.UUIDField(source="request.key")
    job = serializers.UUIDField(source="job.key")
    product = serializers.IntegerField(source="photo.product_id")
    view = serializers.CharField(source="photo.view", help_text="front, back, ...; empty where nobody has said it.")
    colourway = serializers.UUIDField(source="colourway.key", help_text="The set of views that it belongs to.")
    recipe = serializers.UUIDField(source="recipe.key", allow_null=True, default=None)
    alteration = serializers.CharField(help_text="modified, or generated where the photo was.")
    swatch = serializers.CharField(source="swatch_hex", help_text="What was asked for; empty without a swatch.")
    measured = MeasuredColourSerializer(source="*")
    measures = serializers.DictField(child=serializers.FloatField())
    warnings = serializers.ListField(child=serializers.CharField())
    decision = DecisionSerializer(source="*")
    image_url = serializers.SerializerMethodField(help_text="Signed, valid for five minutes.")
    thumbnails = serializers.SerializerMethodField(help_text="Signed addresses by width in pixels.")
    page = serializers.SerializerMethodField(help_text="Its page in the shop while it is published.")

    class Meta:
        model = Variant
        fields = [
            "id", "request", "job", "candidate", "photo", "product", "view", "colourway", "recipe", "alteration", "status",
            "colour_name", "swatch", "measured",
            "measures", "warnings", "decision", "sha256", "content_type", "width", "height", "manifold_version",
            "image_url", "thumbnails", "page", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(_URL)
    def get_image_url(self, variant: Variant) -> str:
        return storage.private_url(variant.object_key)

    @extend_schema_field({"type": "object", "additionalProperties": _URL})
    def get_thumbnails(self, variant: Variant) -> dict[str, str]:
        return {width: storage.private_url(key) for width, key in variant.thumbnails.items()}

    @extend_schema_field(_URL | {"nullable": True})
    def get_page(self, variant: Variant) -> str | None:
        if variant.status != "approved" or variant.published is None:
            return None
        path = variant.published.get_absolute_url()
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path


class EventSerializer(serializers.ModelSerializer[Event]):
    by_whom = serializers.SerializerMethodField(help_text="reviewer, member or system.")

    class Meta:
        model = Event
        fields = ["moved_from", "moved_to", "by_whom", "why", "at"]
        read_only_fields = fields

    def get_by_whom(self, event: Event) -> str:
        if event.actor is None:
            return "system"
        return "reviewer" if event.actor.is_staff else "member"


class WithdrawSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class PaletteSerializer(serializers.ModelSerializer[Palette]):
    name = serializers.CharField(max_length=60)
    swatches = SwatchSerializer(many=True, min_length=1, max_length=24)  # type: ignore[call-arg]
    is_season = serializers.BooleanField(default=False, help_text="Offered first in the colourway form.")

    class Meta:
        model = Palette
        fields = ["id", "name", "swatches", "is_season", "created_at"]
        read_only_fields = ["id", "created_at"]


class PublishedSwatchSerializer(serializers.ModelSerializer[PublishedVariant]):
    """A published colour of a product, as shoppers see it."""

    colour = serializers.CharField(source="swatch_hex")
    family = serializers.CharField(source="colour_family")
    page = serializers.SerializerMethodField()
    image_url = serializers.SerializerMethodField()
    thumbnails = serializers.SerializerMethodField()

    class Meta:
        model = PublishedVariant
        fields = [
            "slug", "colour_name", "colour", "family", "photo", "page", "image_url", "thumbnails", "published_at"
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(_URL)
    def get_page(self, variant: PublishedVariant) -> str:
        path = variant.get_absolute_url()
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path

    @extend_schema_field(_URL)
    def get_image_url(self, variant: PublishedVariant) -> str:
        return storage.delivery_url(variant.object_key)

    @extend_schema_field({"type": "object", "additionalProperties": _URL})
    def get_thumbnails(self, variant: PublishedVariant) -> dict[str, str]:
        return {width: storage.delivery_url(key) for width, key in variant.thumbnails.items()}


class EstimateSerializer(serializers.Serializer[Any]):
    photos = serializers.IntegerField()
    variants = serializers.IntegerField()
    seconds = serializers.FloatField(help_text="Of work, from what the newest jobs took.")


class EstimateQuerySerializer(serializers.Serializer[Any]):
    photos = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MAX_PHOTOS
    )
    variants_each = serializers.IntegerField(min_value=1, max_value=MAX_SWATCHES * len(REGIONS))
