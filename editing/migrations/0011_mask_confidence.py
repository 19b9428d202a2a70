from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editing", "0010_notices")]

    operations = [
        migrations.AddField(
            model_name="projection",
            name="mask_confidence",
            field=models.FloatField(default=1, help_text="How well the product's outline was found, 0 to 1."),
        ),
    ]
