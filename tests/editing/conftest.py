import pytest

from catalog.models import Membership, Role, User
from editing.models import EditRequest
from tests.catalog.conftest import as_owner, as_stranger, as_viewer, owner, product, stranger, viewer
from tests.catalog.factories import MembershipFactory, UserFactory
from tests.editing.factories import asked_by

__all__ = ["as_owner", "as_stranger", "as_viewer", "owner", "product", "stranger", "viewer"]


@pytest.fixture
def editor(owner: Membership) -> Membership:
    return MembershipFactory(merchant=owner.merchant, role=Role.EDITOR)


@pytest.fixture
def reviewer(db: None) -> User:
    return UserFactory(is_staff=True)


@pytest.fixture
def second_reviewer(db: None) -> User:
    return UserFactory(is_staff=True)


@pytest.fixture
def asked(owner: Membership) -> EditRequest:
    """One photo in two colours."""
    return asked_by(owner)
