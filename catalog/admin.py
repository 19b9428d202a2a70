"""The operators' desk: find anything of any merchant, look at it, switch it off."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import Count, Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog import storage
from catalog.accounts import audit, second_factor, sessions
from catalog.models import (
    ApiToken,
    AuditEntry,
    Invitation,
    Membership,
    Merchant,
    Photo,
    Product,
    PublishedVariant,
    SearchEntry,
    User,
)
from catalog.services import search_index
from catalog.templatetags.shop import swatch

admin.site.site_header = "Colorway operators"
admin.site.site_title = "Colorway operators"
admin.site.index_title = "Everything in the catalogue"


def thumbnail(source: Photo | PublishedVariant | None) -> SafeString | str:
    if source is None or not source.thumbnails:
        return "-"
    key = source.thumbnails[min(source.thumbnails, key=int)]
    return format_html('<img src="{}" width="56" height="56" alt="" loading="lazy">', storage.delivery_url(key))


@admin.register(User)
class UserDesk(UserAdmin):  # type: ignore[type-arg]
    add_form = AdminUserCreationForm
    ordering = ["email"]
    list_display = ["email", "first_name", "last_name", "is_staff", "is_active", "last_login"]
    search_fields = ["email", "first_name", "last_name"]
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        ("Person", {"fields": ("first_name", "last_name")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    readonly_fields = ["last_login", "date_joined"]
    actions = ["end_sessions", "remove_second_factors"]

    @admin.action(description="End all sessions")
    def end_sessions(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            sessions.sessions_end(user=person)
            audit.record("sessions ended", by=cast(User, request.user), about=person)
        self.message_user(request, "They must sign in again.")

    @admin.action(description="Remove second factors, for people who lost theirs")
    def remove_second_factors(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            second_factor.factors_forget(user=person, by=cast(User, request.user))
        self.message_user(request, "Removed. They sign in with their password now and set up new ones.")


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Merchant)
class MerchantDesk(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = [
        "name",
        "slug",
        "currency",
        "is_active",
        "job_quota",
        "erase_at",
        "product_count",
        "member_count",
        "created_at",
    ]
    list_filter = ["is_active", "currency"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merchant]:
        merchants: QuerySet[Merchant] = super().get_queryset(request)
        return merchants.annotate(
            products_found=Count("products", distinct=True), members_found=Count("memberships", distinct=True)
        )

    @admin.display(description="products", ordering="products_found")
    def product_count(self, merchant: Any) -> int:
        return int(merchant.products_found)

    @admin.display(description="members", ordering="members_found")
    def member_count(self, merchant: Any) -> int:
        return int(merchant.members_found)

    def save_model(self, request: HttpRequest, obj: Merchant, form: ModelForm[Merchant], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data:
            search_index.merchant_reindex(obj.pk)


class PhotoInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Photo
    extra = 0
    can_delete = False
    fields = ["picture", "original_name", "width", "height", "is_primary", "position", "alt_text"]
    readonly_fields = ["picture", "original_name", "width", "height", "is_primary", "position"]

    @admin.display(description="photo")
    def picture(self, photo: Photo) -> SafeString | str:
        return thumbnail(photo)

    def has_add_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        return False


@admin.register(Product)
class ProductDesk(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["picture", "title", "merchant", "kind", "sku", "status", "price", "synthetic", "created_at"]
    list_display_links = ["picture", "title"]
    list_filter = ["status", "kind", "synthetic", ("merchant", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["merchant"]
    list_per_page = 50
    search_fields = ["title", "sku", "merchant__name"]
    date_hierarchy = "created_at"
    autocomplete_fields = ["merchant"]
    # A status is a move with rules, made in the merchant's pages; the address must never change.
    readonly_fields = ["status", "slug", "words", "created_at", "updated_at"]
    inlines = [PhotoInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        primary = Prefetch("photos", queryset=Photo.objects.filter(is_primary=True), to_attr="primary_photos")
        return super().get_queryset(request).defer("description", "words").prefetch_related(primary)

    @admin.display(description="photo")
    def picture(self, product: Any) -> SafeString | str:
        return thumbnail(next(iter(product.primary_photos), None))

    def save_model(self, request: HttpRequest, obj: Product, form: ModelForm[Product], change: bool) -> None:
        super().save_model(request, obj, form, change)
        search_index.product_reindex(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class ReadOnly:
    """Rows that only services write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Photo)
class PhotoDesk(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["picture", "original_name", "product", "merchant", "pixels", "colour", "is_primary", "created_at"]
    list_display_links = ["picture", "original_name"]
    list_filter = ["colour_family", "content_type", "is_primary"]
    list_select_related = ["product__merchant"]
    search_fields = ["original_name", "sha256", "product__title", "product__sku"]

    @admin.display(description="photo")
    def picture(self, photo: Photo) -> SafeString | str:
        return thumbnail(photo)

    @admin.display(ordering="product__merchant")
    def merchant(self, photo: Photo) -> Merchant:
        return photo.product.merchant

    @admin.display(description="pixels")
    def pixels(self, photo: Photo) -> str:
        return f"{photo.width} x {photo.height}"

    @admin.display(ordering="colour_family")
    def colour(self, photo: Photo) -> SafeString:
        dots = format_html_join("", "{}", ((_dot(hex),) for hex in (photo.colour_hex, photo.second_colour_hex) if hex))
        return format_html("{} {}", dots, photo.colour_words)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _dot(hex_colour: str) -> SafeString:
    return format_html('<svg width="14" height="14" viewBox="0 0 20 20">{}</svg>', swatch(hex_colour))


@admin.register(PublishedVariant)
class PublishedVariantDesk(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["picture", "colour_name", "colour", "product", "merchant", "published_at", "withdrawn_at"]
    list_display_links = ["picture", "colour_name"]
    list_filter = ["colour_family", ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["product__merchant"]
    search_fields = ["colour_name", "product__title", "product__sku"]
    date_hierarchy = "published_at"

    @admin.display(description="picture")
    def picture(self, variant: PublishedVariant) -> SafeString | str:
        return thumbnail(variant)

    @admin.display(ordering="product__merchant")
    def merchant(self, variant: PublishedVariant) -> Merchant:
        return variant.product.merchant

    @admin.display(ordering="colour_family")
    def colour(self, variant: PublishedVariant) -> SafeString:
        return format_html("{} {}", _dot(variant.swatch_hex), variant.colour_family)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SearchEntry)
class SearchEntryDesk(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["product", "variant", "tone", "kind", "colour_family", "is_public", "shape_version", "updated_at"]
    list_filter = ["kind", "is_public", "colour_family"]
    list_select_related = ["product", "variant__product"]
    search_fields = ["product__title"]
    fields = ["merchant", "product", "photo", "variant", "tone", "kind", "is_public", "colour_family", "shape_version"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Invitation)
class InvitationDesk(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["email", "merchant", "role", "invited_by", "created_at", "expires_at", "accepted_at"]
    list_filter = ["role", ("accepted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["merchant", "invited_by"]
    search_fields = ["email", "merchant__name"]
    exclude = ["digest"]


@admin.register(ApiToken)
class ApiTokenDesk(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "merchant", "prefix", "scopes", "created_by", "last_used_at", "expires_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["merchant", "created_by"]
    search_fields = ["name", "prefix", "merchant__name"]
    exclude = ["digest"]


@admin.register(AuditEntry)
class AuditDesk(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["at", "actor_name", "action", "about", "summary", "merchant", "address", "request_id"]
    list_filter = ["action", ("merchant", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["merchant"]
    search_fields = ["actor_name", "about", "request_id"]
    date_hierarchy = "at"
    actions = ["as_csv"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Download as CSV")
    def as_csv(self, request: HttpRequest, entries: QuerySet[AuditEntry]) -> StreamingHttpResponse:
        answer = StreamingHttpResponse(audit.as_csv(entries.iterator(chunk_size=1000)), content_type="text/csv")
        answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
        return answer
