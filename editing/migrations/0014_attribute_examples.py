from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('editing', '0013_outlines'),
    ]

    operations = [
        migrations.AddField(
            model_name='attribute',
            name='examples_key',
            field=models.CharField(
                blank=True, default='', max_length=120,
                help_text='Latents of its examples; empty where they are too few or came with a manifold.',
            ),
            preserve_default=False,
        ),
    ]
