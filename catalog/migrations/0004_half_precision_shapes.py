"""Shapes in half precision, and the B-tree that holds them.

The column's change locks the table while it is written anew, and every index on it is built anew. So all approximate
indexes are dropped first, those over colours too: 0005 builds them while the table is in use.
"""

import pgvector.django.halfvec
from django.db import migrations, models

FAMILIES = (
    'black', 'grey', 'white', 'beige', 'brown', 'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink',
)
INDEXES = [f'search_{name}_{kind}' for kind in ('shoe', 'shirt') for name in ('shape', 'colour', *FAMILIES)]
OF_MERCHANT = models.Index(
    condition=models.Q(('is_public', True), ('variant', None)),
    fields=['merchant', 'kind', 'shape_version'],
    include=('id', 'product', 'shape_vector'),
    name='search_shapes_of_merchant',
)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_search_by_family'),
    ]

    operations = [
        *(migrations.RemoveIndex(model_name='searchentry', name=name) for name in INDEXES),
        migrations.RemoveIndex(model_name='searchentry', name='search_shapes_of_merchant'),
        migrations.AlterField(
            model_name='searchentry',
            name='shape_vector',
            field=pgvector.django.halfvec.HalfVectorField(blank=True, dimensions=128, help_text='Of the manifold version named beside it.', null=True),
        ),
        migrations.AddIndex(model_name='searchentry', index=OF_MERCHANT),
    ]
