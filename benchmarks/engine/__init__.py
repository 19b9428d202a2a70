"""Benchmarks of the edit engine: `python -m benchmarks.engine.NAME --kind shoe --photos FOLDER`, one figure each.

All use photos that no manifold was trained on (the bundles' own split, by a hash of the file name), take them at their
own size and enlarged, print medians with 95 % bootstrap intervals as JSON, and lay contact sheets under benchmarks/out/.
"""
