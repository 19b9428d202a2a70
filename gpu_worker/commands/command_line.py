"""The commands of `python -m gpu_worker`: each takes parsed options and answers a report for JSON."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import numpy as np
from PIL import Image
from pydantic import TypeAdapter, ValidationError

from gpu_worker.baselines.table import METHODS, compare_methods
from gpu_worker.commands.enlarge import enlarge
from gpu_worker.commands.presentable import presentable_products
from gpu_worker.commands.sheet import contact_sheet
from gpu_worker.contract.marks import Constraint, Look, Part, Remove, SolverOptions, Swatch
from gpu_worker.edits.errors import EditError
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.loaded import BUNDLES, engine_for
from gpu_worker.engine.values import Example, Pixels, Progress, Variant, to_pixels
from gpu_worker.manifold.high_resolution import shared_high_resolution
from gpu_worker.photos.decode import Photo, decode_photo
from gpu_worker.photos.encode import encode_animation, encode_pixels, sprite_strip
from gpu_worker.photos.errors import PhotoError
from gpu_worker.projection.project import Method, ProjectionSettings

Report = dict[str, Any]
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_SHOWCASE_MARGIN = 0.05  # of the picture's side
_ENDINGS = {"png": "png", "webp": "webp", "webp-lossless": "webp", "jpeg": "jpg"}


def project(options: Namespace) -> Report:
    """The table of projection methods: medians over the photos, and a row per photo."""
    engine = engine_for_options(options)
    methods: tuple[Method, ...] = get_args(Method) if options.method == "all" else (options.method,)
    rows: list[Report] = []
    for path in _photos(options.photos, options.limit):
        for method in methods:
            settings = ProjectionSettings(method=method, space=options.space, loss=options.loss, seed=options.seed)
            row = _projected(engine, path, settings, options.out)
            rows.append({"photo": path.name, "method": method, **row})
            sys.stderr.write(f"{path.name} {method}: {row}\n")
    return {
        "photos": rows,
        "median": {method: _medians([r for r in rows if r["method"] == method]) for method in methods},
    }


def _projected(engine: Engine, path: Path, settings: ProjectionSettings, out: Path | None) -> Report:
    try:
        projection = engine.project(decode_photo(path.read_bytes()), settings=settings)
    except PhotoError as error:
        return {"refused": error.message}
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        Image.fromarray(projection.reconstruction).save(out / f"{path.stem}-{settings.method}.png")
        (out / f"{path.stem}-{settings.method}.latent").write_bytes(projection.w_plus_bytes())
    return {"lpips": projection.lpips, "seconds": projection.seconds}


def recolour(options: Namespace) -> Report:
    """One picture per swatch."""
    engine, photo = engine_for_options(options), _photo(options.photo)
    region = mask_at(Path(options.region)) if Path(options.region).suffix else options.region
    projection = engine.project(photo, settings=ProjectionSettings(seed=options.seed), callback=show_progress)
    settings = SolverOptions(seed=options.seed, mirror=options.mirror)
    variants = engine.recolour(projection, options.swatch, region=region, options=settings, callback=show_progress)
    names = [f"{options.photo.stem}-{swatch.lstrip('#')}" for swatch in options.swatch]
    saved = [_save(variant, options.out, name, options.format) for variant, name in zip(variants, names, strict=True)]
    return {"projection_lpips": projection.lpips, "variants": saved}


def edit(options: Namespace) -> Report:
    """The candidates of an edit, with the best one's sequence as WebP and as a strip."""
    engine, photo = engine_for_options(options), _photo(options.photo)
    constraints = _constraints(options.constraints)
    projection = engine.project(photo, settings=ProjectionSettings(seed=options.seed), callback=show_progress)
    settings = SolverOptions(
        candidates=options.candidates, steps=options.steps, frames=options.frames, seed=options.seed
    )
    masks = {key: mask_at(options.constraints.parent / key) for key in _mask_keys(constraints)}
    here = options.constraints.parent
    examples = {
        c.example_key: Example(photo=_photo(here / c.example_key), kind=options.kind)
        for c in constraints
        if isinstance(c, Look | Part)
    }
    result = engine.edit(projection, constraints, settings, masks=masks, examples=examples, callback=show_progress)
    stem = options.photo.stem
    saved = [_save(v, options.out, f"{stem}-{i}", options.format) for i, v in enumerate(result.variants)]
    (options.out / f"{stem}-sequence.webp").write_bytes(encode_animation(result.sequence))
    Image.fromarray(sprite_strip(result.sequence)).save(options.out / f"{stem}-sequence.png")
    return {"projection_lpips": projection.lpips, "variants": saved, "frames": len(result.sequence)}


def sample(options: Namespace) -> Report:
    """A sheet of random products."""
    pictures = engine_for_options(options).sample(options.count, seed=options.seed, spread=options.spread)
    columns = max(1, round(options.count**0.5))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    rows = [list(pictures[i : i + columns]) for i in range(0, options.count, columns)]
    Image.fromarray(contact_sheet(rows, cell=pictures.shape[1])).save(options.out)
    return {"count": options.count, "file": str(options.out)}


def showcase(options: Namespace) -> Report:
    """Products worth showing, one enlarged picture each, with a margin around the product as in a shop's photos."""
    engine = engine_for_options(options)
    small = presentable_products(engine.manifold, options.count, seed=options.seed, spread=options.spread)
    images = shared_high_resolution(str(engine.manifold.device)).enlarge(small)
    options.out.mkdir(parents=True, exist_ok=True)
    files = []
    for number, picture in enumerate(to_pixels(images), start=1):
        margin = round(_SHOWCASE_MARGIN * options.size)
        inner = enlarge(picture, options.size - 2 * margin)
        page = np.pad(inner, ((margin, margin), (margin, margin), (0, 0)), constant_values=255)
        files.append(options.out / f"{options.kind}-{number:02}.png")
        Image.fromarray(page).save(files[-1])
    return {"count": len(files), "files": [str(file) for file in files]}


def compare(options: Namespace) -> Report:
    """Medians of every method over a folder."""
    engine = engine_for_options(options)
    rows: list[Report] = []
    sheet: list[list[Pixels]] = []
    for path in _photos([options.folder], options.limit):
        try:
            projection = engine.project(_photo(path), settings=ProjectionSettings(seed=options.seed))
        except PhotoError as error:
            sys.stderr.write(f"{path.name} refused: {error.message}\n")
            continue
        pictures, measures = compare_methods(engine, projection, options.swatch)
        rows += [{"photo": path.name, "method": method, **measures[method]} for method in METHODS]
        sheet.append([projection.photo.pixels, *(pictures[method] for method in METHODS)])
    if options.out is not None and sheet:
        options.out.mkdir(parents=True, exist_ok=True)
        Image.fromarray(contact_sheet(sheet, cell=192)).save(options.out / "compare.png")
    return {"median": {method: _medians([r for r in rows if r["method"] == method]) for method in METHODS}}


def engine_for_options(options: Namespace) -> Engine:
    bundle = options.bundle or BUNDLES / options.kind
    return engine_for(bundle, options.device)


def _photo(path: Path) -> Photo:
    return decode_photo(path.read_bytes())


def mask_at(path: Path) -> Pixels:
    photo = decode_photo(path.read_bytes())
    return np.asarray(photo.pixels.max(2), np.uint8)


def _photos(paths: Iterable[Path], limit: int) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in _SUFFIXES) if path.is_dir() else [path]
        found += inside
    if not found:
        raise FileNotFoundError("no photos found")
    step = max(1, len(found) // max(1, limit))
    return found[::step][:limit]


def _constraints(path: Path) -> list[Constraint]:
    adapter: TypeAdapter[list[Constraint]] = TypeAdapter(list[Constraint])
    try:
        return adapter.validate_json(path.read_bytes())
    except ValidationError as error:
        raise EditError(f"{path}: {error.errors(include_url=False)[0]['msg']}") from error


def _mask_keys(constraints: Iterable[Constraint]) -> set[str]:
    """On the command line a mask is named by its file, beside the constraints."""
    return {c.mask_key for c in constraints if isinstance(c, Swatch | Remove | Look) and c.mask_key is not None}


def _save(variant: Variant, out: Path, name: str, form: Any) -> Report:
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{name}.{_ENDINGS[form]}"
    encoded = encode_pixels(variant.pixels, form)
    target.write_bytes(encoded.data)
    return {
        "file": str(target), "sha256": encoded.sha256, "cost": variant.cost,
        "measures": variant.measures, "warnings": variant.warnings,
    }  # fmt: skip


def _medians(rows: list[Report]) -> Report:
    names = {name for row in rows for name, value in row.items() if isinstance(value, float)}
    return {name: float(np.median([row[name] for row in rows if name in row])) for name in sorted(names)}


def show_progress(progress: Progress) -> None:
    cost = "" if progress.cost is None else f" {progress.cost:.4f}"
    sys.stderr.write(f"\r{progress.stage} {progress.step}/{progress.steps}{cost}   ")
    if progress.step >= progress.steps:
        sys.stderr.write("\n")
