import pytest
import torch
from torch.nn import functional as F

from gpu_worker.edits.constraints.colour import ColourBrush
from gpu_worker.edits.constraints.hog import BINS, hog
from gpu_worker.edits.constraints.keep import Keep
from gpu_worker.edits.constraints.latent import Attribute, Morph
from gpu_worker.edits.constraints.sketch import Sketch
from gpu_worker.edits.constraints.swatch import Swatch
from gpu_worker.edits.constraints.warp import Warp, translate
from gpu_worker.edits.proposal import Proposal
from gpu_worker.measures.lab import image_to_lab

SIDE = 32
ALL = torch.ones(1, 1, SIDE, SIDE)


def proposal(image: torch.Tensor, progress: float = 1.0) -> Proposal:
    return Proposal(w_plus=torch.zeros(len(image), 2, 4), image=image, progress=progress)


def plain(*levels: float) -> torch.Tensor:
    return torch.tensor(levels, dtype=torch.float32).reshape(1, 3, 1, 1).expand(1, 3, SIDE, SIDE).clone()


def box(left: int, top: int, width: int = 8, height: int = 8) -> torch.Tensor:
    image = torch.ones(1, 3, SIDE, SIDE)
    image[:, :, top : top + height, left : left + width] = -0.5
    return image


def test_a_colour_brush_asks_under_its_mask_only() -> None:
    red = plain(0.8, -0.8, -0.8)
    mask = torch.zeros(1, 1, SIDE, SIDE)
    mask[..., :10, :10] = 1
    brush = ColourBrush(target_lab=image_to_lab(red), mask=mask)
    painted = plain(0, 0, 0)
    painted[..., :10, :10] = red[..., :10, :10]
    assert float(brush(proposal(painted))) < 1e-6
    assert float(brush(proposal(plain(0, 0, 0)))) > 1


def test_a_swatch_is_met_by_the_mean_and_upset_by_a_spread() -> None:
    red, green = plain(0.8, -0.8, -0.8), plain(-0.8, 0.2, -0.8)
    target = image_to_lab(red)[0, :, 0, 0]
    swatch = Swatch(target_lab=target, mask=ALL)
    assert float(swatch(proposal(red))) < 1e-4
    assert float(swatch(proposal(green))) > 5
    mixed = red.clone()
    mixed[..., ::2] = green[..., ::2]
    mean = image_to_lab(mixed).mean((2, 3))[0]
    assert float(Swatch(target_lab=mean, mask=ALL)(proposal(mixed))) > 0.3


def test_each_candidate_may_have_its_own_swatch() -> None:
    images = torch.cat([plain(0.8, -0.8, -0.8), plain(-0.8, 0.2, -0.8)])
    targets = image_to_lab(images)[:, :, 0, 0]
    assert float(Swatch(target_lab=targets, mask=ALL)(proposal(images)).max()) < 1e-4


def test_hog_votes_for_the_right_orientation() -> None:
    upright = torch.zeros(1, 1, SIDE, SIDE)
    upright[..., 16:] = 1
    votes = hog(upright).sum((0, 2, 3))
    assert int(votes.argmax()) == 0
    assert int(hog(upright.transpose(2, 3)).sum((0, 2, 3)).argmax()) == BINS // 2
    assert hog(upright).shape == (1, BINS, SIDE // 4, SIDE // 4)


def test_a_sketch_prefers_the_outline_on_its_strokes() -> None:
    strokes = torch.zeros(1, 1, SIDE, SIDE)
    strokes[..., 8:24, 12] = 1
    sketch = Sketch.of_strokes(strokes)
    on, off = box(12, 8, 12, 16), box(24, 8, 6, 16)
    assert float(sketch(proposal(on))) < float(sketch(proposal(off)))


def test_a_warp_is_met_by_the_moved_patch_and_pulls_towards_it() -> None:
    start = box(8, 12)
    warp = Warp(
        start_lab=image_to_lab(start),
        start_grey=proposal(start).grey,
        drags=torch.tensor([[12.0, 16.0, 16.0, 16.0]]),
        radius=6.0,
    )
    costs = [float(warp(proposal(box(left, 12)))) for left in (8, 10, 12)]
    assert costs[2] < 0.02
    assert costs[0] > costs[1] > costs[2]


def test_translate_moves_by_the_shift() -> None:
    assert torch.allclose(translate(box(8, 12), torch.tensor([3.0, -2.0])), box(11, 10), atol=1e-4)


def test_keep_costs_nothing_until_something_changes() -> None:
    keep = Keep(start_lab=image_to_lab(box(8, 8)), mask=ALL)
    assert float(keep(proposal(box(8, 8)))) < 1e-6
    assert float(keep(proposal(box(14, 8)))) > 0.3


def test_an_attribute_measures_the_distance_along_its_direction() -> None:
    direction = torch.tensor([0.6, 0.8, 0.0, 0.0])
    attribute = Attribute(
        start=torch.zeros(1, 2, 4), direction=direction, scale=2.0, amount=1.5, reading=direction / 2, asked=1.5
    )
    moved = Proposal(w_plus=(3.0 * direction).expand(1, 2, 4), image=plain(0, 0, 0))
    assert float(attribute(moved)) < 1e-6
    assert abs(float(attribute(proposal(plain(0, 0, 0)))) - 2.25) < 1e-5


def test_a_morph_is_met_at_its_goal() -> None:
    morph = Morph(goal=torch.ones(1, 2, 4), unit=0.5)
    assert float(morph(Proposal(w_plus=torch.ones(1, 2, 4), image=plain(0, 0, 0)))) == 0
    assert float(morph(proposal(plain(0, 0, 0)))) == 4


@pytest.mark.parametrize(("gone", "short"), [(3.0, False), (1.0, True)])
def test_an_attribute_that_ends_early_falls_short(gone: float, short: bool):
    direction = F.normalize(torch.tensor([1.0, 1.0, 0.0, 0.0]), dim=0)
    attribute = Attribute(
        start=torch.zeros(1, 2, 4), direction=direction, scale=2.0, amount=gone, reading=direction / 2, asked=3.0
    )
    assert attribute.falls_short is short
    assert attribute(Proposal(w_plus=(attribute.start + attribute.way), image=torch.zeros(1, 3, 4, 4))).item() < 1e-6
