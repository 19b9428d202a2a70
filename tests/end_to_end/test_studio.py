"""The studio, driven in Chromium by hands that really draw."""

import colorsys
import io
from collections.abc import Iterator

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from catalog import storage
from editing.models import EditRequest, OwnPart, StudioSession, Variant
from tests.end_to_end.chromium import CHROMIUM
from tests.end_to_end.studio_site import MANIFOLDS, Shop, Site

PATIENCE = 120_000  # ms; a busy machine with two cores

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: set CHROMIUM to one"),
    pytest.mark.skipif(not (MANIFOLDS / "shoe").is_dir(), reason="no manifold of shoes is there"),
]

Points = list[tuple[float, float]]
UPPER = (0.5, 0.55)  # a place on it, in the frame


class Easel:
    """The studio's page, with what a person does there."""

    def __init__(self, page: Page, site: Site, shop: Shop) -> None:
        self.page, self.site, self.shop = page, site, shop
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.context.add_cookies([{"name": "sessionid", "value": shop.cookie, "url": site.url}])

    def open(self, photo: int = 0) -> None:
        self.page.goto(f"{self.site.url}/studio/{self.shop.photos[photo].pk}/")
        self.page.wait_for_selector("#studio[data-ready]", timeout=PATIENCE)

    @property
    def canvas(self) -> Locator:
        return self.page.locator("#stage")

    def pixel(self, point: tuple[float, float]) -> tuple[float, float]:
        """A point of the frame on the screen, in the view that fits the whole frame."""
        box = self.canvas.bounding_box()
        assert box is not None
        side = min(box["width"], box["height"]) - 32
        left, top = box["x"] + (box["width"] - side) / 2, box["y"] + (box["height"] - side) / 2
        return left + side * point[0], top + side * point[1]

    def draw(self, tool: str, points: Points) -> None:
        self.page.keyboard.press(
            {"colour": "b", "sketch": "p", "warp": "w", "keep": "k", "erase": "e", "look": "l", "units": "u"}[tool]
        )
        pixels = [self.pixel(point) for point in points]
        self.page.mouse.move(*pixels[0])
        self.page.mouse.down()
        for pixel in pixels[1:]:
            self.page.mouse.move(*pixel, steps=8)
        self.page.mouse.up()
        self.page.mouse.move(*self.pixel((0.5, 1.06)))

    def settle(self) -> None:
        self.page.wait_for_selector("#studio[data-settled=true]", timeout=PATIENCE)
        self.page.wait_for_selector("#connection:is([data-state=saved], [data-state=note])", timeout=PATIENCE)

    def picture(self) -> np.ndarray:
        """The frame on the canvas without marks, (H, W, 3)."""
        self.canvas.scroll_into_view_if_needed()
        self.page.locator("h1").scroll_into_view_if_needed()
        self.page.mouse.move(5, 5)
        eye = self.page.locator("[data-action=marks]")
        if eye.get_attribute("aria-pressed") == "true":
            eye.click()
            self.page.mouse.move(5, 5)
        (left, top), (right, bottom) = self.pixel((0, 0)), self.pixel((1, 0.84))  # the buttons lie lower
        clip = {
            "x": round(left) + 2,
            "y": round(top) + 2,
            "width": round(right - left) - 4,
            "height": round(bottom - top) - 4,
        }
        return np.asarray(Image.open(io.BytesIO(self.page.screenshot(clip=clip))).convert("RGB"))  # type: ignore[arg-type]

    def document(self) -> list[dict[str, object]]:
        photo = next(p for p in self.shop.photos if f"/studio/{p.pk}/" in self.page.url)
        return list(StudioSession.objects.get(photo=photo, created_by=self.shop.member.user).document["marks"])


@pytest.fixture
def easel(site: Site, shop: Shop, browser: Browser) -> Iterator[Easel]:
    StudioSession.objects.all().delete()
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    easel = Easel(page, site, shop)
    easel.open()
    yield easel
    page.context.close()
    connection.close()  # of this thread with its event loop; the test database is dropped later
    assert easel.errors == []


def hue_of(pixels: np.ndarray) -> float:
    """Median hue in degrees of the pixels that have a colour, (N, 3)."""
    flat = pixels.reshape(-1, 3) / 255
    hues = [colorsys.rgb_to_hsv(*p)[0] * 360 for p in flat[:: max(1, len(flat) // 2000)] if np.ptp(p) > 0.15]
    assert len(hues) > 50, "the region has no colour"
    return float(np.median([(h + 180) % 360 - 180 for h in hues]))


def region(picture: np.ndarray, left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """A part of a picture of the frame's upper 84 %, in fractions of the frame."""
    width = picture.shape[1]
    return picture[int(top * width) : int(bottom * width), int(left * width) : int(right * width)]


def right_end(picture: np.ndarray) -> float:
    """Where the product ends on the right, in fractions of the width."""
    dark = picture.min(2) < 200
    return float(np.flatnonzero(dark.sum(0) > 3)[-1]) / picture.shape[1]


def test_rows_are_committed_to_a_test_database_only(db: None):
    """These tests flush the database in the end; asking for one here also makes pytest set it up."""
    assert connection.settings_dict["NAME"].startswith("test_")


def test_a_red_stroke_gives_a_red_shoe_in_the_preview_and_on_the_photo(easel: Easel):
    easel.page.click("[data-swatch='#c1121f']")
    easel.draw("colour", [(0.25, 0.55), (0.6, 0.6)])
    easel.settle()
    painted = region(easel.picture(), 0.3, 0.53, 0.55, 0.62)
    assert abs(hue_of(painted)) < 20

    easel.page.click("button[name=apply]")
    easel.page.wait_for_selector(".studio-result[data-status=rendered]", timeout=PATIENCE)
    made = EditRequest.objects.latest("pk")
    variant = Variant.objects.get(request=made)
    stored = storage.get(variant.object_key)
    assert stored is not None
    photo = np.asarray(Image.open(io.BytesIO(stored.data)).convert("RGB"))
    assert photo.shape[:2] == (800, 800)
    projection = easel.shop.photos[0].projections.get()
    x, y = projection.frame_left + 0.42 * projection.frame_scale, projection.frame_top + 0.575 * projection.frame_scale
    around = photo[int(y) - 25 : int(y) + 25, int(x) - 60 : int(x) + 60]
    assert abs(hue_of(around)) < 20
    assert made.source == "studio"


def test_a_dragged_toe_gets_longer(easel: Easel):
    before = right_end(easel.picture())
    easel.draw("warp", [(0.88, 0.64), (0.97, 0.64)])
    easel.settle()
    assert right_end(easel.picture()) > before + 0.012


def test_a_sketched_line_changes_the_outline_there(easel: Easel):
    before = easel.picture()
    easel.draw("sketch", [(0.12, 0.32), (0.25, 0.2), (0.42, 0.24)])
    easel.settle()
    changed = np.abs(easel.picture().astype(int) - before).max(2) > 24
    there, elsewhere = region(changed, 0.08, 0.14, 0.46, 0.36), region(changed, 0.6, 0.7, 0.95, 0.83)
    assert there.mean() > 0.01
    assert there.mean() > elsewhere.mean()


def test_undo_and_redo_restore_every_pixel(easel: Easel):
    untouched = easel.picture()
    easel.draw("colour", [(0.3, 0.55), (0.5, 0.58)])
    easel.settle()
    first = easel.picture()
    easel.draw("warp", [(0.88, 0.64), (0.95, 0.6)])
    easel.settle()
    second = easel.picture()
    assert (first != untouched).any()
    assert (second != first).any()
    easel.page.keyboard.press("Control+z")
    assert (easel.picture() == first).all()
    easel.page.keyboard.press("Control+z")
    assert (easel.picture() == untouched).all()
    assert easel.page.locator("#candidates li").count() == 0, "thumbnails of what is drawn no longer"
    easel.page.keyboard.press("Control+Shift+z")
    easel.page.keyboard.press("Control+Shift+z")
    easel.settle()
    assert (easel.picture() == second).all()


def test_a_reload_keeps_the_drawing_and_its_picture(easel: Easel):
    easel.draw("colour", [(0.3, 0.55), (0.5, 0.58)])
    easel.draw("keep", [(0.2, 0.7), (0.7, 0.75)])
    easel.settle()
    marks = easel.document()
    easel.open()
    assert [m["type"] for m in marks] == ["colour", "keep"]
    assert easel.page.locator("#marks li").count() == 2
    easel.page.wait_for_selector("#studio[data-settled=true]", timeout=PATIENCE)
    assert easel.document() == marks


def test_strokes_of_a_lost_connection_are_kept_and_sent_again(easel: Easel):
    easel.page.context.set_offline(True)
    easel.draw("colour", [(0.3, 0.55), (0.5, 0.58)])
    easel.page.wait_for_selector("#connection[data-state=offline]", timeout=PATIENCE)
    assert easel.document() == []
    easel.page.context.set_offline(False)
    easel.page.wait_for_selector("#connection[data-state=saved]", timeout=PATIENCE)
    assert [m["type"] for m in easel.document()] == ["colour"]


def test_strokes_of_a_closed_tab_come_back(easel: Easel):
    easel.page.context.set_offline(True)
    easel.draw("colour", [(0.3, 0.55), (0.5, 0.58)])
    easel.page.wait_for_selector("#connection[data-state=offline]", timeout=PATIENCE)
    dialogs: list[str] = []
    easel.page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
    easel.page.close(run_before_unload=True)
    again = Easel(_reopened(easel), easel.site, easel.shop)
    again.open()
    again.page.wait_for_selector("#connection[data-state=saved]", timeout=PATIENCE)
    assert dialogs == ["beforeunload"]
    assert [m["type"] for m in again.document()] == ["colour"]


def _reopened(easel: Easel) -> Page:
    easel.page.context.set_offline(False)
    return easel.page.context.new_page()


def test_a_lost_worker_means_a_slower_preview_and_no_error(easel: Easel):
    easel.draw("colour", [(0.3, 0.55), (0.5, 0.58)])
    easel.settle()
    easel.site.lose("preview")
    easel.draw("colour", [(0.3, 0.65), (0.5, 0.68)])
    easel.page.wait_for_selector("#connection[data-state=saved]", timeout=PATIENCE)
    easel.site.run("preview", "gpu_worker.live")
    easel.settle()
    assert len(easel.document()[0]["strokes"]) == 2  # type: ignore[arg-type]


def test_the_keyboard_alone_draws_and_takes_back(easel: Easel):
    easel.canvas.focus()
    for key in ("Enter", *["ArrowRight"] * 6, "Enter"):
        easel.page.keyboard.press(key)
    easel.page.wait_for_selector("#connection[data-state=saved]", timeout=PATIENCE)
    (mark,) = easel.document()
    assert mark["strokes"][0]["points"] == [[0.5, 0.5], [0.56, 0.5]]  # type: ignore[index]
    assert easel.page.locator("#announcement").text_content()
    easel.page.locator(".studio-remove").press("Enter")
    easel.page.wait_for_selector("#studio[data-settled=true]", timeout=PATIENCE)
    assert easel.document() == []


def test_a_finger_draws_and_two_fingers_zoom(easel: Easel):
    touch = easel.page.context.new_cdp_session(easel.page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        pixels = [easel.pixel(point) for point in points]
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(pixels)]},
        )

    send("touchStart", (0.3, 0.5))
    for step in range(1, 6):
        send("touchMove", (0.3 + 0.05 * step, 0.5))
    send("touchEnd")
    easel.page.wait_for_selector("#connection[data-state=saved]", timeout=PATIENCE)
    assert len(easel.document()) == 1
    before = easel.picture()
    send("touchStart", (0.45, 0.5), (0.55, 0.5))
    send("touchMove", (0.3, 0.5), (0.7, 0.5))
    send("touchEnd")
    assert len(easel.document()) == 1, "a pinch leaves no stroke"
    assert (easel.picture() != before).mean() > 0.05


def test_a_slider_moves_along_an_attribute_and_is_applied(easel: Easel):
    call_command("load_attributes", "--bundles", str(MANIFOLDS), "--without-strips", verbosity=0)
    easel.open()
    before = easel.picture()
    easel.page.locator("[data-name='High-top']").focus()
    for _ in range(8):
        easel.page.keyboard.press("ArrowRight")
    easel.settle()
    (mark,) = easel.document()
    assert (mark["type"], mark["amount"]) == ("attribute", 2.0)
    assert (np.abs(easel.picture().astype(int) - before) > 16).mean() > 0.005
    easel.page.get_by_role(
        "button", name="Apply to the photo"
    ).click()  # the preview has settled: it is what is rendered
    easel.page.wait_for_selector(".studio-result[data-status=rendered]", timeout=PATIENCE)


def test_a_blend_goes_towards_the_other_product(easel: Easel):
    before = easel.picture()
    other = easel.shop.photos[1].pk
    easel.page.locator(f"input[name=morph-photo][value='{other}']").check(force=True)
    easel.settle()
    (mark,) = easel.document()
    assert mark == {"type": "morph", "photo": other, "amount": 0.5}
    assert (np.abs(easel.picture().astype(int) - before) > 16).mean() > 0.01


def test_a_click_colours_the_part_under_the_pointer(easel: Easel):
    page, before = easel.page, easel.picture()
    names = (page.locator("#studio[data-parts]").get_attribute("data-parts", timeout=PATIENCE) or "").split()
    assert "upper" in names
    page.keyboard.press("t")
    page.mouse.move(*easel.pixel(UPPER))
    shown = np.asarray(Image.open(io.BytesIO(easel.canvas.screenshot())).convert("RGB")).astype(int)
    assert (
        shown[..., 0] - shown[..., 1] > 60
    ).mean() > 0.01  # the part that is pointed at, in the colour that it would get
    page.mouse.click(*easel.pixel(UPPER))
    easel.settle()
    (mark,) = easel.document()
    assert (mark["type"], mark["region"]) == ("swatch", "upper")
    assert page.locator("#marks li span").all_inner_texts()[-1] == "Part: upper"
    assert (np.abs(easel.picture().astype(int) - before) > 16).mean() > 0.01
    page.keyboard.press("Control+z")
    easel.settle()
    assert easel.document() == []


def test_parts_are_coloured_by_keyboard(easel: Easel):
    page = easel.page
    page.locator("#studio[data-parts]").wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="upper", exact=True).press("Enter")
    page.locator("#announcement").filter(has_text="The upper gets #c1121f.").wait_for(timeout=PATIENCE)
    easel.settle()
    assert easel.document() == [{"type": "swatch", "colour": "#c1121f", "region": "upper"}]


def test_a_part_takes_the_material_of_another_product_and_gives_it_back(easel: Easel):
    page, before = easel.page, easel.picture()
    other = easel.shop.photos[1].pk
    page.locator(f"input[name=look-photo][value='{other}']").check(force=True)
    easel.settle()
    assert easel.document() == [{"type": "look", "photo": other, "region": "dominant", "scale": 1}]
    assert (np.abs(easel.picture().astype(int) - before) > 16).mean() > 0.005
    easel.draw("look", [(0.3, 0.55), (0.5, 0.58)])
    easel.settle()
    (mark,) = easel.document()
    assert (mark["photo"], mark["region"], len(mark["strokes"])) == (other, "painted", 1)  # type: ignore[arg-type]
    page.locator("input[name=look-photo][value='']").check(force=True)
    easel.settle()
    assert easel.document() == []


def test_a_part_is_painted_away_by_its_brush_and_comes_back_with_undo(easel: Easel):
    page, before = easel.page, easel.picture()
    easel.draw("units", [(0.5, 0.4), (0.62, 0.48)])
    easel.settle()
    (mark,) = easel.document()
    assert (mark["type"], mark["part"], mark["action"]) == ("units", "laces", "remove")
    assert (np.abs(easel.picture().astype(int) - before) > 16).mean() > 0.001
    page.locator("[data-action=undo]").click()
    easel.settle()
    assert easel.document() == []


def _paint_laces(page: Page, photo: int) -> None:
    """In the painter's dialog, over the laces of a drawn shoe."""
    page.locator(".mask-list button").nth(photo).click()
    picture = page.locator("[data-painter-canvas]")
    picture.wait_for()
    expect(page.locator("[data-painter-photo]")).to_have_js_property("complete", True)
    page.locator("[data-size]").fill("6")
    box = picture.bounding_box()
    assert box is not None
    for start, end in [((0.42, 0.3), (0.6, 0.45)), ((0.46, 0.27), (0.64, 0.42))]:
        page.mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=10)
        page.mouse.up()
    page.locator("[data-keep]").click()
    picture.wait_for(state="hidden")


def test_a_part_of_ones_own_is_painted_found_and_taken_away(easel: Easel):
    page, before = easel.page, easel.picture()
    page.keyboard.press("u")
    page.get_by_role("link", name="Paint and name a part of your own").click()
    page.get_by_label("Its name").fill("tongue")
    page.locator("[name=photos]").nth(1).check(force=True)
    page.wait_for_selector(".mask-list li:nth-child(2)")
    page.get_by_role("button", name="Find it").click()
    page.get_by_text("paint the part once more").wait_for()
    page.locator("[name=photos]").nth(1).uncheck(force=True)
    _paint_laces(page, 0)
    page.get_by_label("Its name").fill("tongue")
    page.get_by_role("button", name="Find it").click()
    page.get_by_text("Agreement with your strokes").wait_for(timeout=PATIENCE)
    part = OwnPart.objects.get(merchant=easel.shop.member.merchant)
    assert part.state == "ready" and part.agreement >= 0.25
    easel.open()
    page.keyboard.press("u")
    page.locator("#units-what").select_option(f"own {part.pk}")
    easel.draw("units", [(0.5, 0.4), (0.62, 0.48)])
    easel.settle()
    (mark,) = easel.document()
    assert (mark["type"], mark["group"]) == ("own_part", part.pk)
    assert (np.abs(easel.picture().astype(int) - before) > 16).mean() > 0.001
    part.delete()


def test_an_idea_from_scratch_becomes_a_draft(easel: Easel):
    page = easel.page
    page.goto(f"{easel.site.url}/studio/")
    page.click("text=Draw shoes from scratch")
    page.wait_for_selector("#studio[data-settled=true]", timeout=PATIENCE)
    page.click("[data-swatch='#c1121f']")
    easel.draw("colour", [(0.2, 0.55), (0.7, 0.62)])
    easel.settle()
    assert abs(hue_of(region(easel.picture(), 0.3, 0.53, 0.6, 0.62))) < 20
    page.fill("#idea-title", "Red dream")
    page.click("text=Save as a draft")
    page.wait_for_url("**/merchant/products/*/")
    product = easel.shop.member.merchant.products.get(title="Red dream")
    assert (product.status, product.synthetic, product.photos.count()) == ("draft", True, 1)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180), (1280, 800)])
def test_the_page_fits_its_screen(easel: Easel, width: int, height: int):
    easel.page.set_viewport_size({"width": width, "height": height})
    easel.open()
    overflow = easel.page.locator("html").evaluate("element => element.scrollWidth - element.clientWidth")
    assert overflow <= 0
    assert easel.canvas.is_visible()
    for tool in easel.page.locator(".studio-tool").all():
        assert tool.is_visible()
