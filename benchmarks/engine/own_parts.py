"""How well does a part that somebody painted on a few photos find itself in others? python -m benchmarks.engine.own_parts --kind KIND

The products that the bundle's units were dissected on, with the maps of their named parts: of each part it is painted on --painted
of them (one, three and six, unless said otherwise), drawn by lot --limit times, and looked for in all others that have it. `told` is the
agreement that the merchant is shown, `found` the intersection over union in the others, `refused` the share of draws under the bar.
"""

import argparse
import json
import sys
from collections import defaultdict

import numpy as np
import torch

from gpu_worker.engine.loaded import BUNDLES
from gpu_worker.manifold.bundle import load_bundle
from gpu_worker.manifold.units import MAP_SIDE
from gpu_worker.painting.own_groups import NothingAgrees, find_group, units_of

_LEAST = 6  # cells of a product's part


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=("shoe", "shirt"), default="shoe")
    parser.add_argument("--limit", type=int, default=8, help="draws")
    parser.add_argument("--painted", type=int, nargs="*", default=[1, 3, 6], help="photos")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    manifold, lots = load_bundle(BUNDLES / options.kind), np.random.default_rng(0)
    known = manifold.units
    assert known is not None
    units, report = units_of(manifold, known.w_plus), {}
    for part in known.parts[1:]:
        where = (known.where(part, MAP_SIDE) > 0.5).float()
        having = np.flatnonzero(where.sum((1, 2, 3)).numpy() >= _LEAST)
        if len(having) < 4 * max(options.painted):
            continue
        for count in options.painted:
            found = defaultdict(list)
            for _ in range(options.limit):
                chosen = torch.from_numpy(lots.choice(having, count, replace=False))
                others = torch.from_numpy(np.setdiff1d(having, chosen.numpy()))
                try:
                    group = find_group(manifold, known.w_plus[chosen], where[chosen])
                except NothingAgrees:
                    found["refused"].append(1)
                    continue
                on, truth = group.group.on(units[others]), where[others]
                both, either = torch.minimum(on, truth).sum(), torch.maximum(on, truth).sum()
                found["told"].append(group.agreement)
                found["found"].append(float(both / either))
            told, there = (round(float(np.median(found[name] or [0])), 2) for name in ("told", "found"))
            refused = round(len(found["refused"]) / options.limit, 2)
            report[f"{part}, {count} photos"] = {"told": told, "found": there, "refused": refused}
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
