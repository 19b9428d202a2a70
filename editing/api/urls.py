from django.urls import path

from editing.api import colourways, exports, origin, requests, stores, variants, webhooks

app_name = "api-edits"

urlpatterns = [
    path("edit-requests/", requests.RequestList.as_view(), name="requests"),
    path("edit-requests/estimate/", requests.Estimate.as_view(), name="estimate"),
    path("edit-requests/<uuid:key>/", requests.RequestDetail.as_view(), name="request"),
    path("edit-requests/<uuid:key>/progress/", requests.RequestProgress.as_view(), name="request-progress"),
    path("edit-requests/<uuid:key>/events/", requests.RequestEvents.as_view(), name="request-events"),
    path("edit-requests/<uuid:key>/jobs/", requests.RequestJobs.as_view(), name="request-jobs"),
    path("edit-requests/<uuid:key>/cancel/", requests.RequestCancel.as_view(), name="request-cancel"),
    path("edit-requests/<uuid:key>/retry/", requests.RequestRetry.as_view(), name="request-retry"),
    path("photos/<int:photo_id>/masks/", requests.PhotoMasks.as_view(), name="photo-masks"),
    path("variants/", variants.VariantList.as_view(), name="variants"),
    path("variants/<uuid:key>/", variants.VariantDetail.as_view(), name="variant"),
    path("variants/<uuid:key>/decisions/", variants.VariantDecisions.as_view(), name="variant-decisions"),
    path("variants/<uuid:key>/withdraw/", variants.VariantWithdraw.as_view(), name="variant-withdraw"),
    path("products/<int:product_id>/swatches/", variants.ProductSwatches.as_view(), name="product-swatches"),
    path("colourways/", colourways.ColourwayList.as_view(), name="colourways"),
    path("colourways/<uuid:key>/", colourways.ColourwayDetail.as_view(), name="colourway"),
    path("colourways/<uuid:key>/views/", colourways.ColourwayViews.as_view(), name="colourway-views"),
    path("colourways/<uuid:key>/withdraw/", colourways.ColourwayWithdraw.as_view(), name="colourway-withdraw"),
    path("recipes/", colourways.RecipeList.as_view(), name="recipes"),
    path("recipes/<uuid:key>/", colourways.RecipeDetail.as_view(), name="recipe"),
    path("recipes/<uuid:key>/use/", colourways.RecipeUse.as_view(), name="recipe-use"),
    path("exports/pictures.zip", exports.PicturesZip.as_view(), name="export-zip"),
    path("exports/pictures.csv", exports.PicturesCsv.as_view(), name="export-csv"),
    path("exports/google.xml", exports.GoogleFeed.as_view(), name="export-google"),
    path("exports/shopify.csv", exports.ShopifyFile.as_view(), name="export-shopify"),
    path("origin/", origin.OriginOfPicture.as_view(), name="origin"),
    path("stores/", stores.StoreList.as_view(), name="stores"),
    path("stores/<uuid:key>/items/", stores.StoreItems.as_view(), name="store-items"),
    path("stores/<uuid:key>/publish/", stores.StorePublish.as_view(), name="store-publish"),
    path("stores/<uuid:key>/undo/", stores.StoreUndo.as_view(), name="store-undo"),
    path("palettes/", variants.PaletteList.as_view(), name="palettes"),
    path("palettes/<int:palette_id>/", variants.PaletteDetail.as_view(), name="palette"),
    path("webhooks/", webhooks.WebhookList.as_view(), name="webhooks"),
    path("webhooks/<uuid:key>/", webhooks.WebhookDetail.as_view(), name="webhook"),
    path("webhooks/<uuid:key>/deliveries/", webhooks.WebhookDeliveries.as_view(), name="webhook-deliveries"),
    path("deliveries/<uuid:key>/send-again/", webhooks.DeliverySendAgain.as_view(), name="delivery-send-again"),
]
