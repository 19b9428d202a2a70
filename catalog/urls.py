from django.urls import URLPattern, URLResolver, include, path

from catalog.accounts.views import data, log
from catalog.views import account, imports, members, photos, products, settings, shopping, sign_up, storefront, tokens

storefront_urls: list[URLPattern] = [
    path("", storefront.home, name="home"),
    path("in-colour/", shopping.in_colour, name="in-colour"),
    path("find-by-photo/", shopping.find_by_photo, name="find-by-photo"),
    path("find-by-photo/<uuid:key>/", shopping.photo_search_page, name="photo-search"),
    path("for-merchants/", sign_up.for_merchants, name="for-merchants"),
    path("for-merchants/new-shop/", sign_up.new_shop, name="sign-up"),
    path("favourites/", shopping.favourites, name="favourites"),
    path("shops/<slug:slug>/", storefront.merchant, name="merchant"),
    path("pictures/<int:picture_id>/", storefront.picture, name="picture"),
    path("pictures/photos/<int:photo_id>/", storefront.photo_picture, name="photo-picture"),
    path("products/<slug:slug>/", storefront.product, name="product"),
    path("products/<slug:slug>/<slug:variant_slug>/", storefront.product, name="variant"),
]

merchant_urls: list[URLPattern] = [
    path("", products.index, name="products"),
    path("settings/", settings.shop_settings, name="shop-settings"),
    path("switch/", account.switch_merchant, name="switch-merchant"),
    path("import/", imports.create, name="import-new"),
    path("import/<uuid:key>/", imports.page, name="import"),
    path("import/<uuid:key>/begin/", imports.begin, name="import-begin"),
    path("import/<uuid:key>/drop/", imports.drop, name="import-drop"),
    path("products/bulk/", products.bulk, name="products-bulk"),
    path("products/new/", products.create, name="product-new"),
    path("products/<int:product_id>/", products.edit, name="product-edit"),
    path("products/<int:product_id>/status/", products.move, name="product-status"),
    path("products/<int:product_id>/delete/", products.delete, name="product-delete"),
    path("products/<int:product_id>/photos/", photos.upload, name="photos"),
    path("photos/<int:photo_id>/original/", photos.original, name="photo-original"),
    path("photos/<int:photo_id>/primary/", photos.make_primary, name="photo-primary"),
    path("photos/<int:photo_id>/shift/", photos.shift, name="photo-shift"),
    path("photos/<int:photo_id>/describe/", photos.describe, name="photo-describe"),
    path("photos/<int:photo_id>/delete/", photos.delete, name="photo-delete"),
    path("members/", members.index, name="members"),
    path("members/invite/", members.invite, name="member-invite"),
    path("members/<int:membership_id>/role/", members.change_role, name="member-role"),
    path("members/<int:membership_id>/remove/", members.remove, name="member-remove"),
    path("invitations/<int:invitation_id>/revoke/", members.revoke_invitation, name="invitation-revoke"),
    path("log/", log.index, name="log"),
    path("log/export/", log.export, name="log-export"),
    path("data/", data.export_shop, name="shop-export"),
    path("close/", data.close_shop, name="shop-close"),
    path("tokens/", tokens.index, name="tokens"),
    path("tokens/new/", tokens.create, name="token-new"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
]

catalog_urls: list[URLPattern | URLResolver] = [
    *storefront_urls,
    path("merchant/", include(merchant_urls)),
    path("invitations/<str:secret>/", account.invitation, name="invitation"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("catalog.account_urls")),  # by Django's own names: login, password_reset, ...
    path("", include((catalog_urls, "catalog"))),
]
