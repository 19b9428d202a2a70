"""The approximate indexes, built while shoppers search (more slowly) and merchants write."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from pgvector.django.indexes import HnswIndex

FAMILIES = (
    'black', 'grey', 'white', 'beige', 'brown', 'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink',
)


def over(name, kind, field, opclass, m=16, **only):
    return HnswIndex(
        condition=models.Q(is_public=True, kind=kind, **only),
        ef_construction=128, fields=[field], m=m, name=f'search_{name}_{kind}', opclasses=[opclass],
    )


def indexes(kind):
    cosine = 'halfvec_cosine_ops'
    return [
        over('shape', kind, 'shape_vector', cosine, m=24, variant=None),
        *(over(family, kind, 'shape_vector', cosine, colour_family=family) for family in FAMILIES),
        over('colour', kind, 'colour_vector', 'vector_l2_ops'),
    ]


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('catalog', '0004_half_precision_shapes'),
    ]

    operations = [
        AddIndexConcurrently(model_name='searchentry', index=index) for kind in ('shoe', 'shirt') for index in indexes(kind)
    ]
