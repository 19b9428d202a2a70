import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("editing", "0006_a_colourway_for_each_variant"),
        ("catalog", "0008_every_variant_has_a_colourway"),
    ]
    operations = [
        migrations.AlterField(
            model_name="variant",
            name="colourway",
            field=models.ForeignKey(
                help_text="The set of views that it belongs to.", on_delete=django.db.models.deletion.CASCADE,
                related_name="variants", to="catalog.colourway",
            ),
        ),
    ]
