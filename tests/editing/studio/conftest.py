from collections.abc import Callable

import numpy as np
import pytest

from catalog.models import SHAPE_DIMENSIONS, Membership, Photo, Role
from editing.models import Attribute, AttributeState, Projection, StudioSession
from tests.catalog.factories import MembershipFactory, MerchantFactory, PhotoFactory, ProductFactory

LAYERS, VERSION = 7, "0123456789abcdef"


def random_latent(seed: int) -> bytes:
    """(L, D) little-endian float32."""
    return np.random.default_rng(seed).normal(size=(LAYERS, SHAPE_DIMENSIONS)).astype("<f4").tobytes()


def projected_photo(member: Membership, *, seed: int = 0, kind: str = "shoe", **fields: object) -> Photo:
    photo = PhotoFactory(product=ProductFactory(merchant=member.merchant, kind=kind, **fields), is_primary=True)
    latent = random_latent(seed)
    Projection.objects.create(
        photo=photo,
        manifold_version=VERSION,
        w_plus=latent,
        shape=np.frombuffer(latent, "<f4").reshape(LAYERS, -1).mean(0),
        frame_scale=1300,
        frame_left=-50,
        frame_top=-50,
        lpips=0.05,
    )
    return photo


def ready_attribute(member: Membership | None, name: str = "sporty", axis: int = 0, **fields: object) -> Attribute:
    direction = np.zeros(SHAPE_DIMENSIONS, "<f4")
    direction[axis] = 1
    known = {"direction": direction.tobytes(), "scale": 2.0, "state": AttributeState.READY, "manifold_version": VERSION}
    merchant = member.merchant if member else None
    return Attribute.objects.create(merchant=merchant, kind="shoe", name=name, **known | fields)


@pytest.fixture
def owner(db: None) -> Membership:
    return MembershipFactory(role=Role.OWNER)


@pytest.fixture
def colleague(owner: Membership) -> Membership:
    return MembershipFactory(merchant=owner.merchant, role=Role.EDITOR)


@pytest.fixture
def viewer(owner: Membership) -> Membership:
    return MembershipFactory(merchant=owner.merchant, role=Role.VIEWER)


@pytest.fixture
def stranger(db: None) -> Membership:
    return MembershipFactory(merchant=MerchantFactory(), role=Role.OWNER)


@pytest.fixture
def photo(owner: Membership) -> Photo:
    return projected_photo(owner)


@pytest.fixture
def session(owner: Membership, photo: Photo) -> StudioSession:
    return StudioSession.objects.create(merchant=owner.merchant, kind="shoe", photo=photo, created_by=owner.user)


@pytest.fixture
def red_stroke() -> dict[str, object]:
    return {"type": "colour", "colour": "#c1121f", "strokes": [{"points": [[0.2, 0.5], [0.6, 0.5]], "radius": 0.03}]}


Draw = Callable[[StudioSession, int, list[dict[str, object]]], StudioSession]
