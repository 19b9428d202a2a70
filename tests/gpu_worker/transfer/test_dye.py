from itertools import permutations

import numpy as np
import pytest

from gpu_worker.measures.colour import ciede2000, hex_to_rgb, region_colour, rgb_to_lab
from gpu_worker.transfer.dye import Dye, apply_dye, in_gamut, in_light, solve_dye

SWATCHES = {
    "black": "#141414", "white": "#f4f4f2", "navy": "#1d2a4d", "red": "#c1121f", "tan": "#c19a6b",
    "green": "#228b22", "mustard": "#e1ad01", "pink": "#f4a6c0",
}  # fmt: skip


def lab_of(name: str) -> np.ndarray:
    return rgb_to_lab(hex_to_rgb(SWATCHES[name]))


def material(name: str, count: int = 4000) -> np.ndarray:
    """Shaded pixels of one dye: lightness varies, chroma follows a little, with some noise."""
    random = np.random.default_rng(0)
    lab = np.tile(lab_of(name), (count, 1))
    lab[:, 0] += random.normal(0, 7, count)
    lab[:, 1:] *= (1 + 0.005 * (lab[:, :1] - lab_of(name)[0])).clip(0.5, 1.2)
    lab[:, 1:] += random.normal(0, 1, (count, 2))
    return in_gamut(lab.astype(np.float32))


@pytest.mark.parametrize(("source", "target"), list(permutations(SWATCHES, 2)))
def test_the_region_lands_on_the_swatch(source: str, target: str) -> None:
    pixels = material(source)
    result = in_gamut(apply_dye(pixels, solve_dye(pixels, lab_of(target))))
    assert float(ciede2000(region_colour(result).lab, lab_of(target))) < 0.5


@pytest.mark.parametrize("source", SWATCHES)
@pytest.mark.parametrize("swatch", ["#ffffff", "#000000"])
def test_pure_white_and_pure_black_are_approached_as_far_as_shading_allows(source: str, swatch: str) -> None:
    pixels, asked = material(source), rgb_to_lab(hex_to_rgb(swatch))
    result = in_gamut(apply_dye(pixels, solve_dye(pixels, asked)))
    assert float(ciede2000(region_colour(result).lab, asked)) < 2.5


@pytest.mark.parametrize(
    ("source", "target"), [("white", "black"), ("black", "white"), ("red", "navy"), ("navy", "pink")]
)
def test_lighter_pixels_stay_lighter(source: str, target: str) -> None:
    ramp = np.tile(lab_of(source).astype(np.float32), (101, 1))
    ramp[:, 0] = np.linspace(0, 100, 101)
    ramp[:, 1:] = 0 if source in ("white", "black") else ramp[:, 1:]
    lightness = apply_dye(ramp, Dye(base=lab_of(source), target=lab_of(target)))[:, 0]
    assert (np.diff(lightness) >= -1e-3).all()


def test_shading_survives_black_to_white_and_white_to_black() -> None:
    for source, target in (("black", "white"), ("white", "black")):
        pixels = material(source)
        result = apply_dye(pixels, solve_dye(pixels, lab_of(target)))
        before, after = (values[:, 0].argsort().argsort() for values in (pixels, result))
        assert np.corrcoef(before, after)[0, 1] > 0.9
        assert result[:, 0].std() > 1.0


@pytest.mark.parametrize("name", ["navy", "red", "mustard", "pink"])
def test_a_colour_shows_itself_at_its_own_lightness_and_nothing_in_black_and_white(name: str) -> None:
    colour = lab_of(name)
    a, b = in_light(colour, np.array([colour[0], 0, 100], np.float32))
    assert (a[0], b[0]) == pytest.approx(colour[1:], abs=0.4)
    assert (np.hypot(a, b)[1:] < 0.35 * np.hypot(a, b)[0]).all()


def test_dark_colours_lose_their_chroma_in_shadow_and_pale_ones_in_the_light() -> None:
    def kept(name: str, lighter: float) -> float:
        a, b = in_light(lab_of(name), np.array([lab_of(name)[0], lab_of(name)[0] + lighter], np.float32))
        return float(np.hypot(a, b)[1] / np.hypot(a, b)[0])

    assert kept("red", -20) < 0.8 < 0.9 < kept("red", 12)
    assert kept("pink", 15) < 0.8 < 0.9 < kept("pink", -15)


def test_white_print_on_a_red_material_stays_white() -> None:
    red = material("red")
    dye = solve_dye(red, lab_of("navy"))
    white = np.array([[95.0, 0.0, 1.0]], np.float32)
    assert float(ciede2000(apply_dye(white, dye)[0], white[0])) < 1.5


def test_dyeing_there_and_back_returns_to_the_first_colour() -> None:
    start = in_gamut(apply_dye(material("tan"), solve_dye(material("tan"), lab_of("red"))))
    blue = in_gamut(apply_dye(start, solve_dye(start, lab_of("navy"))))
    back = in_gamut(apply_dye(blue, solve_dye(blue, lab_of("red"))))
    assert float(np.median(ciede2000(start, back))) < 1.0


def test_an_unreachable_swatch_is_approached_and_stays_finite() -> None:
    result = in_gamut(apply_dye(material("tan"), solve_dye(material("tan"), np.array([50.0, 120.0, -120.0]))))
    assert np.isfinite(result).all()
    assert region_colour(result).lab[1] > 40
