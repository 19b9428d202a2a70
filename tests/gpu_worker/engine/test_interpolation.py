from base64 import b64encode
from dataclasses import replace

import pytest
import torch

from gpu_worker.contract.marks import Attribute, Constraint, SketchBrush, SolverOptions, Stroke, Swatch
from gpu_worker.edits import from_marks
from gpu_worker.edits.errors import Contradiction, TooFewExamples, WrongLatent
from gpu_worker.engine.facade import Cancelled, Engine
from gpu_worker.engine.taught import knowing, packed
from gpu_worker.engine.values import Progress, Projection
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings

AXIS = 2


@pytest.fixture(autouse=True)
def anything_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A manifold of random weights knows no photo."""
    monkeypatch.setattr(from_marks, "_STRANGE", 100.0)


@pytest.fixture
def projection(engine: Engine, photo: Photo) -> Projection:
    return engine.project(photo, settings=ProjectionSettings(method="encoder"))


def latents_with(engine: Engine, projection: Projection, amount: float, count: int = 30) -> torch.Tensor:
    """(count, D) around the photo's latent, all as far along the attribute's axis."""
    random = torch.Generator().manual_seed(3)
    here = torch.from_numpy(projection.w_plus).mean(0) + 0.3 * torch.randn(
        count, engine.manifold.w_dim, generator=random
    )
    here[:, AXIS] += amount
    return here


def mark(engine: Engine, **fields: object) -> Attribute:
    direction = torch.eye(engine.manifold.w_dim)[AXIS].numpy().astype("<f4")
    said = {"name": "chunky", "direction": b64encode(direction.tobytes()), "amount": 2.0, **fields}
    return Attribute.model_validate(said)


@pytest.fixture
def store(engine: Engine, projection: Projection) -> dict[str, bytes]:
    """The object store with a taught attribute's examples."""
    direction, kept = torch.eye(engine.manifold.w_dim)[AXIS], torch.eye(engine.manifold.w_dim)[:1]
    having, lacking = (latents_with(engine, projection, amount) for amount in (3.0, 0.0))
    data = packed(engine.manifold, direction, having, lacking, kept)
    assert data is not None
    return {"examples/1/chunky": data}


def test_a_taught_attribute_goes_the_way_of_the_photos_neighbours(
    engine: Engine, projection: Projection, store: dict[str, bytes]
):
    asked = mark(engine, examples_key="examples/1/chunky")
    taught = knowing(engine, [asked], store.__getitem__)
    examples = taught.manifold.examples[-1]
    assert examples.kept.tolist() == torch.eye(engine.manifold.w_dim)[:1].tolist()
    step = examples.step(torch.from_numpy(projection.w_plus).mean(0))
    assert step[AXIS] == pytest.approx(3, abs=0.5)
    assert float(step[0]) == pytest.approx(0, abs=1e-3)  # what the merchant wanted kept
    assert knowing(engine, [asked], store.__getitem__).manifold.examples[-1] is examples


def test_what_cannot_be_read_is_said(engine: Engine):
    with pytest.raises(WrongLatent, match="learn it again"):
        knowing(engine, [mark(engine, examples_key="examples/1/damaged")], lambda _: b"not examples")


def test_few_examples_are_not_kept(engine: Engine, projection: Projection):
    few, many = (latents_with(engine, projection, 0.0, count) for count in (23, 24))
    direction, kept = torch.eye(engine.manifold.w_dim)[AXIS], torch.empty(0, engine.manifold.w_dim)
    assert packed(engine.manifold, direction, few, many, kept) is None
    assert packed(engine.manifold, direction, many, many, kept) is not None


def test_deep_features_change_the_photo_and_say_how_far(
    engine: Engine, projection: Projection, store: dict[str, bytes]
):
    asked = mark(engine, way="features", examples_key="examples/1/chunky")
    heard: list[Progress] = []
    taught = knowing(engine, [asked], store.__getitem__)
    result = taught.edit(projection, [asked, Swatch(colour="#c1121f")], callback=heard.append)
    solved = [step for step in heard if step.stage == "solve"]
    assert [step.step for step in solved] == list(range(1, 31))
    assert solved[-1].cost < 0.45 < solved[0].cost
    measures = result.variants[0].measures
    assert {"reached", "kept", "swatch_de2000"} <= set(measures)
    assert measures["background_changed"] == 0
    chosen = b64encode(result.variants[0].w_plus.astype("<f4").tobytes())
    again = taught.edit(projection, [asked, Swatch(colour="#c1121f")], SolverOptions(chosen=chosen))
    assert (again.variants[0].pixels == result.variants[0].pixels).all()


def test_it_can_be_stopped(engine: Engine, projection: Projection, store: dict[str, bytes]):
    def stop(progress: Progress) -> None:
        if progress.stage == "solve" and progress.step == 2:
            raise Cancelled

    asked = mark(engine, way="features", examples_key="examples/1/chunky")
    with pytest.raises(Cancelled):
        knowing(engine, [asked], store.__getitem__).edit(projection, [asked], callback=stop)


@pytest.mark.parametrize(
    ("beside", "error", "sentence"),
    [
        ([], TooFewExamples, "at least 24 products with it and 24 without"),
        ([SketchBrush(strokes=[Stroke(points=[(0.5, 0.5)])])], Contradiction, "draw afterwards"),
    ],
)
def test_what_it_cannot_do_is_said(
    engine: Engine, projection: Projection, beside: list[Constraint], error: type[Exception], sentence: str
):
    bare = Engine(replace(engine.manifold, examples=()), engine.perceptual)
    with pytest.raises(error, match=sentence):
        bare.edit(projection, [mark(engine, way="features"), *beside])
