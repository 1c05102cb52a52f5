"""Writes golden values of `pca`: tests/golden/analyses/pca for the small input, and
tests/golden/components for three published sets.

Run after analyses.py, from the root of the repository:
    python tests/golden/make/components.py [../shared/data]
Made with Python 3.11, NumPy 2.4.6, pandas 3.1.1, scikit-learn 1.9.1. Signs by our rule: the largest
loading of each component is positive. Of published sets only scores are kept, of 12 samples at
most, with the sums of the absolute scores of all.
"""

import hashlib
import json
import os
import platform
import sys

import numpy
import pandas
import sklearn
from sklearn.decomposition import PCA

FOLDER = "tests/golden/"
DATA = (sys.argv[1] if len(sys.argv) > 1 else "../shared/data") + "/"
SOURCE = (
    f"Python {platform.python_version()}, NumPy {numpy.__version__}, "
    f"pandas {pandas.__version__}, scikit-learn {sklearn.__version__}"
)
SCRIPT = "make/components.py"


def write(path, content):
    os.makedirs(os.path.dirname(FOLDER + path), exist_ok=True)
    with open(FOLDER + path, "w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")


def components(x, n, center=True):
    """Scores, loadings, variances and their shares of x, samples × genes."""
    if center:
        pca = PCA(n, svd_solver="full").fit(x)
        scores, loadings = pca.transform(x), pca.components_
        variances, shares = pca.explained_variance_, pca.explained_variance_ratio_
    else:
        u, s, loadings = numpy.linalg.svd(x, full_matrices=False)
        u, s, loadings = u[:, :n], s[:n], loadings[:n]
        scores, variances = u * s, s**2 / (len(x) - 1)
        shares = s**2 / (x**2).sum()
    largest = loadings[numpy.arange(len(loadings)), abs(loadings).argmax(axis=1)]
    signs = numpy.sign(largest)
    return scores * signs, loadings * signs[:, None], variances, shares


# --- the small input -----------------------------------------------------------------------------

text = open(FOLDER + "analyses/input.json", "rb").read()
SETS = json.loads(text)["datasets"]


def frame(name):
    content = SETS[name]
    return pandas.DataFrame(content["rows"], content["genes"], content["samples"], dtype=float)


def case(name, of, parameters, x, n, command, center=True):
    """`x`, genes × samples, is what is decomposed."""
    scores, loadings, variances, shares = components(x.values.T, n, center)
    names = [f"PC{i + 1}" for i in range(n)]
    named = lambda rows: dict(zip(names, rows.tolist()))
    write(
        f"analyses/pca/{name}.json",
        {
            "source": SOURCE,
            "command": command,
            "script": SCRIPT,
            "input": {"file": "input.json", "sha256": hashlib.sha256(text).hexdigest()},
            "tolerance": {"rel": 1e-6, "abs": 1e-6, "why": "data are centered and multiplied in f32"},
            "run": "pca",
            "of": [of],
            "with": parameters,
            "values": {
                "tables": {
                    "scores": {"sample": list(x.columns)} | named(scores.T),
                    "loadings": {"gene": list(x.index)} | named(loadings),
                    "variance": {
                        "component": names,
                        "variance": variances.tolist(),
                        "share": shares.tolist(),
                    },
                },
                "scalars": {"n_components": n, "total_variance": float((variances / shares)[0])},
            },
        },
    )


a = frame("a").dropna()
case("centered", "a", {}, a, 7, "PCA(svd_solver='full') of the genes without gaps")
varying = a[a.std(axis=1) > 0]
scaled = varying.div(varying.std(axis=1, ddof=1), axis=0)
case("scaled", "a", {"scale": True, "components": 4}, scaled, 4,
     "PCA(svd_solver='full') of genes / std(ddof=1)")
counts = frame("counts")
case("as_they_are", "counts", {"center": False, "components": 5}, counts, 5,
     "numpy.linalg.svd(frame.T)", center=False)

# --- published sets ------------------------------------------------------------------------------


def published(name, file, read, log):
    path = DATA + file
    x = read(path)
    x = (numpy.log2(x + 1) if log else x).astype(numpy.float32).astype(float)
    n = min(x.shape[1] - 1, 10)
    scores, loadings, variances, shares = components(x.values.T, n)
    ordered = numpy.sort(abs(loadings), axis=1)
    assert (ordered[:, -1] > ordered[:, -2] * (1 + 1e-5)).all(), "signs stand on one gene"
    rows = numpy.random.default_rng(3).permutation(x.shape[1])[:12]
    write(
        f"components/{name}.json",
        {
            "source": SOURCE,
            "command": "PCA(svd_solver='full').fit_transform(log2(x + 1) where counts)",
            "script": SCRIPT,
            "input": {"file": file, "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest()},
            "tolerance": {"of_largest": 1e-4, "why": "data are centered and multiplied in f32"},
            "values": {
                "largest": float(abs(scores).max()),
                "scores": {x.columns[row]: scores[row].tolist() for row in rows},
                "sums": abs(scores).sum(axis=0).tolist(),
                "shares": shares.tolist(),
            },
        },
    )


csv = lambda path: pandas.read_csv(path, index_col=0)
tsv = lambda path: pandas.read_csv(path, sep="\t", index_col=0)
published("airway", "rnaseq/bioconnector_airway_rawcounts.csv", csv, log=True)
published("golub", "labelled/golub.tsv.gz", tsv, log=False)
published("gtex", "archs4/gtex_scira_467x520_log2.tsv.gz", tsv, log=False)
