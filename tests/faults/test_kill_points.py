"""A process dies at each named place in turn: nothing is lost, and nothing is there twice."""

import pytest

from editing.models import EditJob
from tests.editing.lifecycle.conftest import ask, merchant
from tests.faults import kill_points
from tests.faults.rig import Rig

MORE_THAN_THE_BROKER_TAKES = 6  # so that the recorder gives out jobs, too


@pytest.mark.slow
@pytest.mark.parametrize("name", kill_points.POINTS)
def test_a_process_that_dies_at_a_point_loses_nothing(rig: Rig, name: str):
    kill_points.arm(rig.folder, name)
    request = ask(merchant(), photos=MORE_THAN_THE_BROKER_TAKES)
    rig.until(lambda: kill_points.has_struck(rig.folder, name), "somebody died there")
    rig.settled(request)
    assert EditJob.objects.filter(request=request).count() == MORE_THAN_THE_BROKER_TAKES
