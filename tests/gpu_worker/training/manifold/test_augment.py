import torch

from gpu_worker.training.manifold.augment import dye


def _shoe(upper: float, sole: float = 0.8) -> torch.Tensor:
    """(1, 3, 32, 32) in [-1, 1]: a grey upper over a paler sole, on white."""
    unit = torch.ones(1, 3, 32, 32)
    unit[:, :, 8:20, 4:28] = upper
    unit[:, :, 20:24, 4:28] = sole
    return unit * 2 - 1


def _dyed(image: torch.Tensor, seed: int) -> torch.Tensor:
    dyed, chosen = dye(image, 1.0, torch.Generator().manual_seed(seed))
    assert chosen.all()
    return dyed


def test_a_black_shoe_gets_any_colour_and_keeps_its_sole_and_the_ground():
    shoe = _shoe(upper=0.1)
    uppers = torch.stack([_dyed(shoe, seed)[0, :, 14, 16] for seed in range(20)])
    assert float((uppers.amax(1) - uppers.amin(1)).median()) > 0.4  # colourful: on [-1, 1]
    assert len({int(upper.argmax()) for upper in uppers}) == 3  # now red, now green, now blue
    for seed in range(20):
        dyed = _dyed(shoe, seed)
        assert torch.equal(dyed[:, :, 20:24, 4:28], shoe[:, :, 20:24, 4:28])
        assert torch.equal(dyed[:, :, :8], shoe[:, :, :8])


def test_shading_stays_in_order_and_nothing_clips():
    shoe = _shoe(upper=0.4)
    shoe[:, :, 8:20, 4:28] += torch.linspace(-0.3, 0.3, 24)
    for seed in range(20):
        row = _dyed(shoe, seed)[0, :, 14, 4:28].mean(0)
        assert (row.diff() > 0).all()
        assert float(row.max()) < 1


def test_what_is_nearly_white_or_blank_stays_as_it_is():
    both = torch.cat([_shoe(upper=0.9, sole=0.9), torch.ones(1, 3, 32, 32)])
    dyed, chosen = dye(both, 1.0, torch.Generator().manual_seed(0))
    assert not chosen.any()
    assert torch.equal(dyed, both)


def test_only_the_share_that_was_asked_for_is_dyed():
    _, chosen = dye(_shoe(upper=0.3).expand(400, -1, -1, -1), 0.3, torch.Generator().manual_seed(0))
    assert 80 < int(chosen.sum()) < 160
