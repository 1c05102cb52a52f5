"""Writes tests/golden/analyses/cluster and tests/golden/stats/linkage.json: SciPy's trees.

Run from the root of the repository: python tests/golden/make/cluster.py
Made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1. Values of the input are multiples of 1/16, so that
f32 holds them exactly.
"""

import hashlib
import json
import os
import platform

import numpy
import scipy
from scipy.cluster import hierarchy
from scipy.spatial import distance

FOLDER = "tests/golden/analyses/"
SOURCE = f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}"
LINKAGES = ["average", "complete", "ward", "single"]


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")


random = numpy.random.default_rng(1962)
kinds = random.normal(0, 2, (3, 10))
values = kinds[random.integers(0, 3, 40)] + random.normal(0, 1, (40, 10))
values = numpy.round(values * 16) / 16
GENES = [f"gene{i}" for i in range(40)]
SAMPLES = [f"sample{i}" for i in range(10)]
write(
    FOLDER + "cluster_input.json",
    {
        "datasets": {"plain": {"genes": GENES, "samples": SAMPLES, "rows": values.tolist(), "sample_annotations": {}}},
        "tables": {},
    },
)
INPUT_HASH = hashlib.sha256(open(FOLDER + "cluster_input.json", "rb").read()).hexdigest()


def distances(rows, how):
    if how == "euclidean":
        return distance.pdist(rows)
    r = numpy.corrcoef(rows)
    return (1 - r)[numpy.triu_indices(len(rows), 1)]


def leaves(tree, n):
    """Leaves, of two branches the one with the lowest leaf first."""
    members = [[i] for i in range(n)]
    for a, b, _, _ in tree:
        first, second = sorted([members[int(a)], members[int(b)]], key=min)
        members.append(first + second)
    return members[-1]


def tables(rows, names, how, linkage, cut, prefix):
    tree = hierarchy.linkage(distances(rows, how), linkage)
    order = leaves(tree, len(rows))
    found = hierarchy.cut_tree(tree, n_clusters=cut)[:, 0]
    numbers = {}
    for leaf in order:
        numbers.setdefault(found[leaf], len(numbers) + 1)
    return {
        prefix + "s": {
            "a": [int(min(step[:2])) for step in tree],
            "b": [int(max(step[:2])) for step in tree],
            "height": tree[:, 2].tolist(),
            "size": [int(size) for size in tree[:, 3]],
        },
        f"{prefix}_order": {"position": list(range(1, len(rows) + 1)), "name": [names[i] for i in order]},
        f"{prefix}_clusters": {"name": names, "cluster": [numbers[cluster] for cluster in found]},
    }


for linkage in LINKAGES:
    for how in ["correlation", "euclidean"]:
        write(
            f"{FOLDER}cluster/{linkage}_{how}.json",
            {
                "source": SOURCE,
                "command": f"scipy.cluster.hierarchy.linkage(…, '{linkage}') and cut_tree(…, 4)",
                "script": "make/cluster.py",
                "input": {"file": "cluster_input.json", "sha256": INPUT_HASH},
                "tolerance": {"rel": 1e-6, "abs": 1e-6, "why": "products of correlations are summed in f32 by pieces"},
                "run": "cluster",
                "of": ["plain"],
                "with": {"linkage": linkage, "distance": how, "cut": 4},
                "values": {
                    "tables": tables(values, GENES, how, linkage, 4, "row")
                    | tables(values.T, SAMPLES, how, linkage, 4, "column")
                },
            },
        )

# Distances of small whole numbers: most of them occur many times.
tied = {}
for n, highest in [(12, 3), (60, 5), (200, 9)]:
    given = random.integers(1, highest + 1, n * (n - 1) // 2).astype(float)
    tied[f"{n}_things"] = {
        "n": n,
        "distances": given.astype(int).tolist(),
        "heights": {linkage: hierarchy.linkage(given, linkage)[:, 2].tolist() for linkage in LINKAGES},
    }
# Points on a grid: ties as data have them.
grid = numpy.array([(x, y) for x in range(6) for y in range(5)], dtype=float)
given = distance.pdist(grid)
tied["grid"] = {
    "n": len(grid),
    "distances": given.tolist(),
    "heights": {linkage: hierarchy.linkage(given, linkage)[:, 2].tolist() for linkage in LINKAGES},
}
write(
    "tests/golden/stats/linkage.json",
    {
        "source": SOURCE,
        "command": "scipy.cluster.hierarchy.linkage(distances, method)[:, 2]",
        "script": "make/cluster.py",
        "tolerance": {"rel": 1e-6, "abs": 0, "why": "the bound that is promised"},
        "values": tied,
    },
)
