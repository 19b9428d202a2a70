"""The command `walk`: between two products, as a strip, an animation and stills at full size."""

from argparse import Namespace
from typing import Any

from PIL import Image

from gpu_worker.commands.command_line import engine_for_options, show_progress
from gpu_worker.engine.walk import walk_pictures, walk_stills
from gpu_worker.photos.decode import decode_photo
from gpu_worker.photos.encode import encode_animation, sprite_strip
from gpu_worker.projection.project import ProjectionSettings

Report = dict[str, Any]


def walk(options: Namespace) -> Report:
    """strip.png, walk.webp, and still-1.png ... on the first photo."""
    engine, settings = engine_for_options(options), ProjectionSettings(method="encoder")
    first, second = (
        engine.project(decode_photo(path.read_bytes()), settings=settings) for path in (options.first, options.second)
    )
    options.out.mkdir(parents=True, exist_ok=True)
    frames = walk_pictures(engine, first, second, options.frames)
    Image.fromarray(sprite_strip(frames)).save(options.out / "strip.png")
    (options.out / "walk.webp").write_bytes(encode_animation(frames))
    stills = []
    for number, variant in enumerate(walk_stills(engine, first, second, options.stills, show_progress), start=1):
        target = options.out / f"still-{number}.png"
        Image.fromarray(variant.pixels).save(target)
        stills.append({"file": str(target), "measures": variant.measures, "warnings": variant.warnings})
    return {"strip": str(options.out / "strip.png"), "animation": str(options.out / "walk.webp"), "stills": stills}
