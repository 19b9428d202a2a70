import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_application_is_not_the_superuser_and_has_vectors():
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT '[1,2]'::vector <-> '[1,4]'::vector")
        assert cursor.fetchone() == (2.0,)
