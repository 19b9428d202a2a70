from django.urls import URLPattern, URLResolver, include, path

from editing.notices import views as notices
from editing.origin import views as origin
from editing.views import (
    colourways,
    downloads,
    exports,
    outlines,
    paintings,
    palettes,
    recipes,
    requests,
    review,
    stores,
    transfers,
    walks,
    webhooks,
)

app_name = "editing"

merchant_urls: list[URLPattern] = [
    path("", requests.index, name="requests"),
    path("new/", requests.create, name="colourways"),
    path("new/photos/", requests.photo_picks, name="photo-picks"),
    path("new/photos/<int:photo_id>/mask/", requests.mask, name="photo-mask"),
    path("new/photos/<int:photo_id>/enlarge/", requests.enlarge, name="photo-enlarge"),
    path("new/photos/<int:photo_id>/part/", transfers.take_part, name="photo-part"),
    path("new/photos/<int:photo_id>/change/", paintings.change_part, name="photo-change"),
    path("new/photos/<int:photo_id>/walk/", walks.walk, name="photo-walk"),
    path("notices/", notices.index, name="notices"),
    path("notices/mail/", notices.choose, name="notices-choose"),
    path("estimate/", requests.estimate, name="estimate"),
    path("palettes/", palettes.index, name="palettes"),
    path("palettes/<int:palette_id>/", palettes.change, name="palette"),
    path("palettes/<int:palette_id>/delete/", palettes.delete, name="palette-delete"),
    path("review-policy/", review.policy, name="review-policy"),
    path("variants/<uuid:key>/", review.variant, name="variant"),
    path("variants/<uuid:key>/png/", downloads.png, name="variant-png"),
    path("variants/<uuid:key>/animation/", downloads.animation, name="variant-animation"),
    path("variants/<uuid:key>/withdraw/", review.withdraw, name="variant-withdraw"),
    path("variants/<uuid:key>/again/", recipes.render_again, name="variant-again"),
    path("recipes/", recipes.index, name="recipes"),
    path("recipes/<uuid:key>/", recipes.detail, name="recipe"),
    path("recipes/<uuid:key>/keep/", recipes.keep, name="recipe-keep"),
    path("skus/", colourways.skus, name="skus"),
    path("of-product/<int:product_id>/", colourways.index, name="sold"),
    path("of-product/<int:product_id>/describe/", colourways.describe, name="sold-describe"),
    path("sold/<uuid:key>/complete/", colourways.complete, name="sold-complete"),
    path("sold/<uuid:key>/withdraw/", colourways.withdraw, name="sold-withdraw"),
    path("<uuid:key>/", requests.detail, name="request"),
    path("<uuid:key>/events/", requests.events, name="request-events"),
    path("<uuid:key>/cancel/", requests.cancel, name="request-cancel"),
    path("<uuid:key>/retry/", requests.retry, name="request-retry"),
]

review_urls: list[URLPattern] = [
    path("", review.queue, name="review"),
    path("next/", review.following, name="review-next"),
    path("approve/", review.approve_many, name="review-approve-many"),
    path("reject/", review.reject_many, name="review-reject-many"),
    path("failed/", review.dead_letters, name="dead-letters"),
    path("failed/<uuid:key>/replay/", review.replay, name="replay"),
    path("<uuid:key>/", review.review, name="review-variant"),
    path("<uuid:key>/decide/", review.decide, name="review-decide"),
]

webhook_urls: list[URLPattern] = [
    path("", webhooks.index, name="webhooks"),
    path("new/", webhooks.create, name="webhook-new"),
    path("<uuid:key>/", webhooks.detail, name="webhook"),
    path("<uuid:key>/change/", webhooks.change, name="webhook-change"),
    path("<uuid:key>/secret/", webhooks.renew_secret, name="webhook-secret"),
    path("<uuid:key>/ping/", webhooks.ping, name="webhook-ping"),
    path("<uuid:key>/delete/", webhooks.delete, name="webhook-delete"),
    path("deliveries/<uuid:key>/", webhooks.delivery, name="delivery"),
    path("deliveries/<uuid:key>/send-again/", webhooks.send_again, name="delivery-send-again"),
]

export_urls: list[URLPattern] = [
    path("", exports.index, name="exports"),
    path("pictures.zip", exports.pictures_zip, name="pictures-zip"),
    path("pictures.csv", exports.pictures_csv, name="pictures-csv"),
    path("stores/", stores.index, name="stores"),
    path("stores/connect/", stores.connect, name="store-connect"),
    path("stores/<uuid:key>/", stores.detail, name="store"),
    path("stores/<uuid:key>/publish/", stores.publish, name="store-publish"),
    path("stores/<uuid:key>/undo/", stores.undo, name="store-undo"),
    path("stores/<uuid:key>/disconnect/", stores.disconnect, name="store-disconnect"),
    path("feeds/renew/", exports.renew_feeds, name="feeds-renew"),
]

outline_urls: list[URLPattern] = [
    path("<int:photo_id>/", outlines.outline, name="outline"),
    path("<int:photo_id>/state/", outlines.state, name="outline-state"),
    path("<int:photo_id>/picture/", outlines.picture, name="outline-picture"),
    path("<int:photo_id>/confirm/", outlines.confirm, name="outline-confirm"),
    path("of-product/<int:product_id>/", outlines.of_product, name="outlines"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("merchant/colourways/", include(merchant_urls)),
    path("merchant/outlines/", include(outline_urls)),
    path("merchant/webhooks/", include(webhook_urls)),
    path("merchant/export/", include(export_urls)),
    path("feeds/<slug:slug>/<str:secret>/<str:name>", exports.feed, name="feed"),
    path("made-here/", origin.made_here, name="made-here"),
    path("review/", include(review_urls)),
    path("", include("editing.shopper.urls")),
    path("", include("editing.studio.urls")),
]
