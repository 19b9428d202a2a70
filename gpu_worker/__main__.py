"""Command line of the edit engine: `python -m gpu_worker recolour|edit|look|part|remove|walk ...`; `--help` lists all.

Reports are JSON on standard output, progress goes to standard error. Exit status 2 tells that the input was refused.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from gpu_worker.commands.changing import change_attribute
from gpu_worker.commands.command_line import compare, edit, project, recolour, sample, showcase
from gpu_worker.commands.grafting import take_part
from gpu_worker.commands.looking import look
from gpu_worker.commands.marks import read_mark
from gpu_worker.commands.painting import paint_units
from gpu_worker.commands.restoring import enlarge_photo, remove_marked
from gpu_worker.commands.walking import walk
from gpu_worker.contract.parts import REGIONS
from gpu_worker.contract.units import ACTIONS
from gpu_worker.edits.errors import EditError
from gpu_worker.engine.loaded import BUNDLES, default_device
from gpu_worker.manifold.bundle import BundleError
from gpu_worker.photos.errors import PhotoError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        report = options.command(options)
    except (PhotoError, EditError, BundleError, ValueError, OSError) as error:
        code = getattr(error, "code", type(error).__name__)
        sys.stdout.write(json.dumps({"error": code, "message": str(error)}) + "\n")
        return 2
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gpu_worker", description=__doc__)
    commands = parser.add_subparsers(required=True)
    _project(commands)
    _recolour(commands)
    _edit(commands)
    _sample(commands)
    _showcase(commands)
    _compare(commands)
    _enlarge(commands)
    _remove(commands)
    _look(commands)
    _part(commands)
    _units(commands)
    _walk(commands)
    _attribute(commands)
    _read_mark(commands)
    return parser


def _enlarge(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("enlarge", help="make a small photo two or four times as large")
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument("--factor", type=int, choices=(2, 4), default=2)
    parser.add_argument("--device", default=default_device(), help="cpu or cuda (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    parser.set_defaults(command=enlarge_photo)


def _remove(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "remove", "take a hand, a tag or a hole out of a photo: the product goes on")
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument(
        "--mask", type=Path, required=True, metavar="MASK", help="white where it should go, as large as the photo"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    parser.set_defaults(command=remove_marked)


def _look(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "look", "give a part of a photo the material of another product's photo")
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument("example", type=Path, metavar="EXAMPLE")
    parser.add_argument(
        "--region", default="dominant", help="dominant, product, sole, part-1, ..., or a mask as large as the photo"
    )
    parser.add_argument("--example-region", default="dominant", help="dominant, sole, part-1, ... of the example")
    parser.add_argument("--scale", type=float, default=1.0, help="of the pattern (default: as large as there)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    parser.set_defaults(command=look)


def _part(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "part", "put a part of product B on the photo of product A")
    parser.add_argument("first", type=Path, metavar="A")
    parser.add_argument("second", type=Path, metavar="B")
    parser.add_argument("--part", choices=REGIONS, required=True)
    parser.add_argument("--colours", choices=("theirs", "own"), default="theirs", help="own: those of A's part")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    parser.set_defaults(command=take_part)


def _units(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "units", "take a part away, or make it more or less")
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument("--part", choices=REGIONS, required=True)
    parser.add_argument("--action", choices=ACTIONS, required=True)
    parser.add_argument("--strength", type=float, default=1.0, help="0.25 to 2 (default: 1)")
    parser.add_argument(
        "--stroke",
        action="append",
        default=[],
        metavar="'X,Y X,Y ...'",
        help="in fractions of the product's square frame; may be given many times (default: all of the part)",
    )
    parser.add_argument("--radius", type=float, default=0.04, help="of the pen, in the same fractions (default: 0.04)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    parser.set_defaults(command=paint_units)


def _walk(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "walk", "pictures between two products of a kind")
    parser.add_argument("first", type=Path, metavar="A")
    parser.add_argument("second", type=Path, metavar="B")
    parser.add_argument(
        "--frames", type=int, default=7, help="of strip and animation, both photos included (default: 7)"
    )
    parser.add_argument("--stills", type=int, default=3, help="pictures between, on A's photo at its size (default: 3)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.set_defaults(command=walk)


def _attribute(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "attribute", "a photo with more or less of an attribute that comes with the manifold")
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument("--name", required=True, help="such as 'high heel' or 'long sleeves'")
    parser.add_argument("--amount", type=float, default=2.0, help="-6 to 6; 2 is the whole way (default: 2)")
    parser.add_argument(
        "--way",
        choices=("neighbours", "features"),
        default="neighbours",
        help="from the nearest examples in latents, or by Deep Feature Interpolation (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    parser.set_defaults(command=change_attribute)


def _read_mark(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("read-mark", help="read what a picture says about its origin")
    parser.add_argument("picture", type=Path, metavar="FILE")
    parser.set_defaults(command=read_mark)


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--kind", choices=("shoe", "shirt"), default="shoe", help="product kind (default: shoe)")
    parser.add_argument(
        "--bundle", type=Path, help=f"manifold bundle (default: {BUNDLES.name}/KIND beside the program)"
    )
    parser.add_argument("--device", default=default_device(), help="cpu or cuda (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="makes a run repeatable (default: 0)")
    return parser


def _project(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "project", "project photos and compare the three methods")
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="photos, or a folder of them")
    parser.add_argument("--method", choices=("encoder", "optimisation", "hybrid", "all"), default="all")
    parser.add_argument("--space", choices=("w", "w+"), default="w+")
    parser.add_argument("--loss", choices=("lpips", "pixels+conv4"), default="lpips")
    parser.add_argument("--limit", type=int, default=50, help="at most this many photos (default: 50)")
    parser.add_argument("--out", type=Path, help="folder for reconstructions and latents")
    parser.set_defaults(command=project)


def _recolour(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "recolour", "make one variant per swatch")
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument("--swatch", action="append", required=True, metavar="#RRGGBB", help="may be given many times")
    parser.add_argument(
        "--region",
        default="dominant",
        help="dominant, product, a part by name (sole, laces, sleeves, ...) or rank (part-1, ...), or a mask as large as the photo",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--format", choices=("png", "webp", "webp-lossless", "jpeg"), default="png")
    parser.add_argument(
        "--mirror", choices=("follow", "grey"), default="follow", help="what a mirror image on the floor does"
    )
    parser.set_defaults(command=recolour)


def _edit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "edit", "solve a list of constraints and transfer the result to the photo")
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument(
        "--constraints", type=Path, required=True, metavar="FILE.json", help="list of constraints, see docs/engine.md"
    )
    parser.add_argument("--candidates", type=int, default=1)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--frames", type=int, default=7, help="frames of the sequence (default: 7)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--format", choices=("png", "webp", "webp-lossless", "jpeg"), default="png")
    parser.set_defaults(command=edit)


def _sample(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "sample", "draw random products from the manifold")
    parser.add_argument("--count", type=int, default=16)
    parser.add_argument("--spread", type=float, default=0.8, help="1: as varied as the training photos (default: 0.8)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    parser.set_defaults(command=sample)


def _showcase(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "showcase", "draw products worth showing, one enlarged picture each")
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--size", type=int, default=960, help="side of a picture in pixels (default: 960)")
    parser.add_argument("--spread", type=float, default=0.7, help="1: as varied as the training photos (default: 0.7)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.set_defaults(command=showcase)


def _compare(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(commands, "compare", "table of the engine and the baselines over a folder of photos")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--swatch", default="#c1121f", metavar="#RRGGBB")
    parser.add_argument("--limit", type=int, default=12)
    parser.add_argument("--out", type=Path, help="folder for a contact sheet")
    parser.set_defaults(command=compare)


if __name__ == "__main__":
    sys.exit(main())
