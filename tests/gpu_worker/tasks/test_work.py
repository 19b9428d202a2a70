from uuid import uuid4

import pytest

from gpu_worker.contract.jobs import RenderJob
from gpu_worker.engine.settings import region_fields
from gpu_worker.tasks.work import _region_of


@pytest.mark.parametrize(
    ("region", "part", "named"), [("part", 2, "part-2"), ("sole", 1, "sole"), ("product", 1, "product")]
)
def test_a_jobs_region_reaches_the_engine_by_its_name(region: str, part: int, named: str):
    job = RenderJob.model_validate(
        {
            "job": str(uuid4()),
            "token": 1,
            "kind": "shoe",
            "photo_key": "photos/abc",
            "swatches": [{"name": "Red", "colour": "#c1121f"}],
            "region": region,
            "part": part,
            "provenance": {"request": str(uuid4()), "photo": "digest"},
        }
    )
    assert _region_of(job) == named
    assert region_fields(named)["region"] == region
