import pytest
from rest_framework.test import APIClient

from catalog.models import Membership
from tests.catalog.test_api import program


@pytest.fixture
def api(owner: Membership) -> APIClient:
    return program(owner.merchant, "catalog:read", "catalog:write", "edits:read", "edits:write")


@pytest.fixture
def strange(stranger: Membership) -> APIClient:
    return program(stranger.merchant, "catalog:read", "catalog:write", "edits:read", "edits:write")
