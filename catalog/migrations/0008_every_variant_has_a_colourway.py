import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("catalog", "0007_a_colourway_for_each_variant")]
    operations = [
        migrations.AlterField(
            model_name="publishedvariant",
            name="colourway",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="catalog.colourway"
            ),
        ),
    ]
