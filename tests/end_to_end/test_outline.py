"""The outline's page, driven in Chromium by a hand that takes a piece of the product away, takes that back, and confirms."""

import io
import os

import numpy as np
from django.db import connection
from PIL import Image
from playwright.sync_api import Browser, Page

from catalog import storage
from editing.models import EditJob, PhotoOutline, Projection
from tests.end_to_end.studio_site import Shop, Site
from tests.end_to_end.test_studio import PATIENCE, pytestmark

__all__ = ["pytestmark"]


def _shown(photo: int) -> np.ndarray:
    """(H, W) what was found, as it is stored."""
    stored = storage.get(PhotoOutline.objects.get(photo=photo).object_key)
    assert stored is not None
    return np.asarray(Image.open(io.BytesIO(stored.data)))


def _on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """A point of a square photo, in fractions, where it is on the screen while the whole photo is shown."""
    box = page.locator("#stage").bounding_box()
    assert box is not None
    side = min(box["width"], box["height"]) - 32
    return box["x"] + (box["width"] - side) / 2 + side * x, box["y"] + (box["height"] - side) / 2 + side * y


def _paint(page: Page, points: list[tuple[float, float]]) -> None:
    page.mouse.move(*_on_screen(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*_on_screen(page, *point), steps=6)
    page.mouse.up()


def _found(page: Page, revision: int) -> None:
    page.wait_for_selector(
        f"#outline[data-revision='{revision}']:is([data-state=found], [data-state=doubtful])", timeout=PATIENCE
    )


def test_rows_are_committed_to_a_test_database_only(db: None) -> None:
    """Asking for one here also makes pytest set it up."""
    assert connection.settings_dict["NAME"].startswith("test_")


def test_a_member_marks_an_outline_and_confirms_it(site: Site, shop: Shop, browser: Browser) -> None:
    photo = shop.photos[0].pk
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.context.add_cookies([{"name": "sessionid", "value": shop.cookie, "url": site.url}])
    EditJob.objects.filter(photo=photo).delete()  # projected before outlines were kept
    PhotoOutline.objects.filter(photo=photo).delete()
    page.goto(f"{site.url}/merchant/outlines/{photo}/")
    _found(page, 0)
    before = _shown(photo) > 127
    y, x = (int(v.mean()) for v in np.nonzero(before))
    at = (x / before.shape[1], y / before.shape[0])

    page.keyboard.press("n")
    _paint(page, [at, (at[0] + 0.02, at[1])])
    _paint(page, [(0.1, 0.1), (0.2, 0.1)])
    page.keyboard.press("Control+z")
    page.click("#find")
    _found(page, 1)
    assert before[y, x] and not (_shown(photo) > 127)[y, x]
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/outline.png")

    page.click("[data-action=reset]")
    page.click("#find")
    _found(page, 2)
    again = _shown(photo) > 127
    assert (again & before).sum() > 0.99 * (again | before).sum()
    page.click("#confirm button")
    page.wait_for_selector("#outline[data-state=confirmed]")
    assert PhotoOutline.objects.get(photo=photo).is_confirmed
    assert errors == []
    page.goto(f"{site.url}/studio/{photo}/")
    page.wait_for_selector("#studio[data-ready]", timeout=PATIENCE)
    assert Projection.objects.get(photo=photo).mask_confidence == 1
    page.close()
    connection.close()  # of this thread with its event loop; the test database is dropped later
