"""Every picture that was published so far is a colourway of its own."""

from django.db import migrations


def give_each_one(apps, schema_editor):
    Colourway, Published = (apps.get_model("catalog", name) for name in ("Colourway", "PublishedVariant"))
    for variant in Published.objects.filter(colourway=None).select_related("product").iterator():
        variant.colourway = Colourway.objects.create(
            merchant_id=variant.product.merchant_id, product_id=variant.product_id, name=variant.colour_name,
            swatch_hex=variant.swatch_hex, position=variant.position,
        )
        variant.save(update_fields=["colourway"])


def say_what_was_drawn(apps, schema_editor):
    apps.get_model("catalog", "Photo").objects.filter(product__synthetic=True).update(alteration="generated")


class Migration(migrations.Migration):

    dependencies = [("catalog", "0006_colourways")]
    operations = [
        migrations.RunPython(give_each_one, migrations.RunPython.noop),
        migrations.RunPython(say_what_was_drawn, migrations.RunPython.noop),
    ]
