"""Every variant so far is a colourway of its own: the one that it was published as, or a new one."""

from django.db import migrations


def give_each_one(apps, schema_editor):
    Colourway, Variant = apps.get_model("catalog", "Colourway"), apps.get_model("editing", "Variant")
    rows = Variant.objects.filter(colourway=None).select_related("photo__product", "published__colourway", "job")
    for variant in rows.defer("w_plus").iterator():
        published = variant.published
        variant.colourway = published.colourway if published else _new(Colourway, variant)
        variant.save(update_fields=["colourway"])


def _new(Colourway, variant):
    product = variant.photo.product
    return Colourway.objects.create(
        merchant_id=product.merchant_id, product_id=product.pk, name=variant.colour_name,
        swatch_hex=variant.swatch_hex or variant.measured_hex,
        kind="colour" if "swatches" in variant.job.spec else "design",
    )


class Migration(migrations.Migration):

    dependencies = [("editing", "0005_recipes_and_sets"), ("catalog", "0007_a_colourway_for_each_variant")]
    operations = [migrations.RunPython(give_each_one, migrations.RunPython.noop)]
