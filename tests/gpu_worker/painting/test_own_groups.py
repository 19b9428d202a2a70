from base64 import b64encode
from dataclasses import replace

import pytest
import torch

from gpu_worker.contract.marks import OwnPart, UnitGroup
from gpu_worker.contract.marks import Stroke as Line
from gpu_worker.contract.unit_groups import SIDE, UnitGroupJob
from gpu_worker.edits.errors import EmptyRegion
from gpu_worker.engine.by_units import NotPaintable
from gpu_worker.engine.facade import Engine
from gpu_worker.manifold.bundle import Manifold
from gpu_worker.manifold.units import MAP_SIDE, Units
from gpu_worker.painting.own_groups import BAR, OWN, Group, NothingAgrees, find_group, units_of, with_group
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings
from gpu_worker.tasks.unit_groups import answer_of

UNIT = 7


@pytest.fixture
def knowing(manifold: Manifold) -> Manifold:
    latents = manifold.sample(24, seed=3)
    maps = torch.ones(len(latents), MAP_SIDE, MAP_SIDE, dtype=torch.uint8)
    return replace(manifold, units=Units(w_plus=latents, maps=maps, parts=("upper", "sole"), agreement={}))


def _where_the_unit_is_on(manifold: Manifold, latents: torch.Tensor) -> torch.Tensor:
    """(N, 1, 32, 32): the tenth of all places at which one unit is highest."""
    values = units_of(manifold, latents)[:, UNIT]
    return (values > values.flatten().quantile(0.9)).float()[:, None]


def test_strokes_that_follow_a_unit_find_its_group_in_other_products(knowing: Manifold):
    painted_on, others = knowing.sample(4, seed=11), knowing.sample(8, seed=12)
    found = find_group(knowing, painted_on, _where_the_unit_is_on(knowing, painted_on))
    assert found.agreement > BAR
    assert [unit[:2] for unit in found.best[:1]] == [(16, UNIT)] and found.best[0][2] > 0.5
    shown, truth = found.group.on(units_of(knowing, others)), _where_the_unit_is_on(knowing, others)
    assert float(torch.minimum(shown, truth).sum() / torch.maximum(shown, truth).sum()) > BAR


def test_one_photo_is_enough_to_find_a_part_on_itself(knowing: Manifold):
    one = knowing.sample(1, seed=11)
    assert find_group(knowing, one, _where_the_unit_is_on(knowing, one)).agreement > BAR


def test_strokes_that_no_unit_follows_are_refused_in_a_sentence(knowing: Manifold):
    noise = (torch.rand(4, 1, MAP_SIDE, MAP_SIDE, generator=torch.Generator().manual_seed(5)) > 0.95).float()
    with pytest.raises(NothingAgrees, match=r"agrees with these strokes \(0\.\d\d of 1; 0.25 is the least\)"):
        find_group(knowing, knowing.sample(4, seed=11), noise)
    with pytest.raises(NothingAgrees, match="were not looked into"):
        find_group(replace(knowing, units=None), knowing.sample(4, seed=11), noise)


def test_the_nearest_products_have_the_part_in_their_maps(knowing: Manifold):
    here, group = knowing.sample(1, seed=11), _group(knowing)
    known = with_group(knowing, group, here)
    assert torch.equal(known.where(OWN, MAP_SIDE), group.on(units_of(knowing, known.w_plus)))


def test_the_worker_answers_with_a_sentence_where_nothing_agrees(knowing: Manifold):
    cells = "".join("1" if k % 37 == 0 else "0" for k in range(SIDE * SIDE))
    latents = [b64encode(one.numpy().astype("<f4").tobytes()) for one in knowing.sample(3, seed=11)]
    photos = [{"w_plus": one, "painted": cells} for one in latents]
    asked = {"group": 5, "kind": "shoe", "manifold_version": knowing.version, "photos": photos}
    answer = answer_of(UnitGroupJob.model_validate(asked), knowing)
    assert (answer.group, answer.weights) == (5, None) and answer.problem.startswith("Nothing in the generator agrees")
    old = answer_of(UnitGroupJob.model_validate(asked | {"manifold_version": "another"}), knowing)
    assert old.problem == "The studio has learned anew since: paint the part once more."


def _group(manifold: Manifold) -> Group:
    """On in a square in the middle of every product."""
    places = torch.full((MAP_SIDE, MAP_SIDE), -1.0)
    places[13:17, 12:20] = 1
    count = units_of(manifold, manifold.sample(1, seed=1)).shape[1]
    return Group(weights=torch.zeros(count), places=places)


def _mark(manifold: Manifold, group: Group, **fields: object) -> OwnPart:
    numbers = {n: b64encode(getattr(group, n).numpy().astype("<f4").tobytes()) for n in ("weights", "places")}
    known = {"name": "stripes", "kind": "shoe", "manifold_version": manifold.version}
    return OwnPart(group=UnitGroup.model_validate(known | numbers | fields))


def test_an_own_part_is_gone_where_it_is_found_and_nothing_else_changes(
    engine: Engine, knowing: Manifold, photo: Photo
):
    # products without the part: the square is on in half of those that are known
    group = _group(knowing)
    half = torch.arange(24) % 2 == 0
    absent = knowing.units.maps.clone()
    absent[half, 10:20, 8:24] = 0
    painter = Engine(replace(knowing, units=replace(knowing.units, maps=absent)), engine.perceptual)
    projection = painter.project(photo, settings=ProjectionSettings(method="encoder"))
    (made,) = painter.edit(projection, [_mark(knowing, group)]).variants
    changed = (made.pixels != photo.pixels).any(2)
    assert changed.any() and made.measures["outside_changed"] == 0 and 0 < made.measures["new"] < 0.5
    assert made.warnings, "a person looks at what a computer made up"


def test_what_is_not_found_is_refused_and_so_is_another_kind(engine: Engine, knowing: Manifold, photo: Photo):
    painter = Engine(knowing, engine.perceptual)
    projection = painter.project(photo, settings=ProjectionSettings(method="encoder"))
    nowhere = replace(_group(knowing), places=torch.full((MAP_SIDE, MAP_SIDE), -1.0))
    with pytest.raises(EmptyRegion, match="No “stripes” was found in this photo: brush over it"):
        painter.edit(projection, [_mark(knowing, nowhere)])
    with pytest.raises(NotPaintable, match="is a part of a shirt: it cannot be found on a shoe"):
        painter.edit(projection, [_mark(knowing, nowhere, kind="shirt")])
    with pytest.raises(NotPaintable, match="learned anew since “stripes” was painted"):
        painter.edit(projection, [_mark(knowing, nowhere, manifold_version="another")])
    everywhere = replace(_group(knowing), places=torch.ones(MAP_SIDE, MAP_SIDE))
    brushed = _mark(knowing, everywhere).model_copy(update={"strokes": [Line(points=[(0.5, 0.5)], radius=0.05)]})
    with pytest.raises(EmptyRegion, match="No shoe is known without “stripes”"):
        painter.edit(projection, [brushed])
