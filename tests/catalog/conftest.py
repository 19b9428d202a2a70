import pytest
from django.test import Client

from catalog.models import Membership, Product, Role
from tests.catalog.factories import MembershipFactory, MerchantFactory, ProductFactory

WALL = 4  # statements of `as_merchant` inside a test's transaction: a savepoint, in, out, and its release


@pytest.fixture
def owner(db: None) -> Membership:
    return MembershipFactory(role=Role.OWNER)


@pytest.fixture
def viewer(owner: Membership) -> Membership:
    return MembershipFactory(merchant=owner.merchant, role=Role.VIEWER)


@pytest.fixture
def stranger(db: None) -> Membership:
    """An owner of another merchant."""
    return MembershipFactory(merchant=MerchantFactory(), role=Role.OWNER)


@pytest.fixture
def product(owner: Membership) -> Product:
    return ProductFactory(merchant=owner.merchant)


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


@pytest.fixture
def as_owner(owner: Membership) -> Client:
    return signed_in(owner)


@pytest.fixture
def as_viewer(viewer: Membership) -> Client:
    return signed_in(viewer)


@pytest.fixture
def as_stranger(stranger: Membership) -> Client:
    return signed_in(stranger)
