"""Marks that change the photo itself, and what the marks after them are given."""

from base64 import b64encode
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gpu_worker.contract.marks import Attribute, Remove, SolverOptions, Stroke, Swatch
from gpu_worker.engine.beforehand import Done, Given, Stage, edited, of_type, worst
from gpu_worker.engine.facade import BEFOREHAND, Engine
from gpu_worker.engine.values import EditResult, Projection
from gpu_worker.live.prepared import Preparation
from gpu_worker.photos.decode import Photo
from gpu_worker.projection.project import ProjectionSettings

LINE = Stroke(points=[(0.45, 0.45), (0.55, 0.45)], radius=0.03)


@pytest.fixture
def projection(engine: Engine, photo: Photo) -> Projection:
    return engine.project(photo, settings=ProjectionSettings(method="encoder"))


def test_what_was_measured_twice_counts_at_its_worst():
    assert worst({"new": 0.5, "light_kept": 0.9}, {"new": 0.2, "light_kept": 0.7, "seam": 1.0}) == {
        "new": 0.5,
        "light_kept": 0.7,
        "seam": 1.0,
    }


def test_later_marks_are_given_what_came_with_the_edit(projection: Projection):
    asked: dict[str, Any] = {}

    def edit(here: object, rest: object, options: object, **along: Any) -> EditResult:
        asked.update(along, here=here, rest=rest)
        return EditResult(variants=[], sequence=[])

    given = Given(masks={"a": np.zeros((2, 2), np.uint8)}, examples={"b": object()})  # type: ignore[dict-item]
    done, swatch = Done(projection=projection, measures={}, warnings=[]), Swatch(colour="#2040a0")
    edited(SimpleNamespace(edit=edit), projection, lambda: done, [swatch], SolverOptions(), given)  # type: ignore[arg-type]
    assert asked == {
        "here": projection,
        "rest": [swatch],
        "masks": given.masks,
        "examples": given.examples,
        "callback": None,
    }


def test_marks_go_apart_in_the_order_in_which_they_are_made(projection: Projection):
    names = ["removals", "tailoring", "looks", "parts", "paintings", "own parts", "hems"]
    assert [stage.name for stage in BEFOREHAND] == names
    removal, swatch = Remove(strokes=[LINE]), Swatch(colour="#2040a0")
    assert of_type(Remove)([swatch, removal], projection, "shoe") == ([removal], [swatch])


def test_of_attributes_only_those_that_are_cut_come_beforehand(projection: Projection):
    def asked(name: str, amount: float, **more: Any) -> Attribute:
        return Attribute(name=name, direction=b64encode(np.ones(4, "<f4").tobytes()), amount=amount, **more)

    cut = asked("high heel", 1.0)
    others = [
        asked("high heel", -1.0),
        asked("sporty", 1.0),
        asked("high heel", 1.0, examples_key="examples/" + "a" * 64),
    ]
    assert of_type(Attribute)([*others, cut], projection, "shoe") == ([cut], others)
    assert of_type(Attribute)([cut], projection, "shirt") == ([], [cut])


def test_a_preview_prepares_a_photo_once_for_the_same_marks(
    engine: Engine, projection: Projection, monkeypatch: pytest.MonkeyPatch
):
    def remove(engine: object, here: Projection, wanted: object, given: object) -> Done:
        return Done(projection=replace(here), measures={}, warnings=[])

    monkeypatch.setattr("gpu_worker.live.prepared.BEFOREHAND", (Stage("removals", remove, of_type(Remove)),))
    preparation, swatch, removal = Preparation(side=448), Swatch(colour="#2040a0"), Remove(strokes=[LINE])
    first, rest = preparation.take(engine, projection, [removal, swatch], {})
    assert first is not projection and rest == [swatch]
    assert preparation.take(engine, projection, [swatch, removal], {})[0] is first
    assert preparation.take(engine, projection, [swatch], {})[0] is projection
    assert preparation.take(engine, projection, [removal], {})[0] is not first
