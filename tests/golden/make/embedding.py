"""Writes golden values of `embed`: tests/golden/analyses/embed for what is known of a map of the
small input, and tests/golden/embedding for how far maps of published sets can be trusted.

Run after analyses.py, from the root of the repository:
    python tests/golden/make/embedding.py [../shared/data]
Made with Python 3.11, NumPy 2.4.6, pandas 3.1.1, scikit-learn 1.9.1, umap-learn 0.5.12, each with
its defaults on samples × genes; the mean of the seeds 0, 1 and 2.
"""

import hashlib
import json
import os
import platform
import sys

import numpy
import pandas
import sklearn
import umap
from sklearn.manifold import TSNE, trustworthiness

FOLDER = "tests/golden/"
DATA = (sys.argv[1] if len(sys.argv) > 1 else "../shared/data") + "/"
SOURCE = (
    f"Python {platform.python_version()}, NumPy {numpy.__version__}, pandas {pandas.__version__}, "
    f"scikit-learn {sklearn.__version__}, umap-learn {umap.__version__}"
)
SCRIPT = "make/embedding.py"


def write(path, content):
    os.makedirs(os.path.dirname(FOLDER + path), exist_ok=True)
    with open(FOLDER + path, "w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")


text = open(FOLDER + "analyses/input.json", "rb").read()
content = json.loads(text)["datasets"]["a"]
a = pandas.DataFrame(content["rows"], content["genes"], content["samples"], dtype=float).dropna()
centered = a.sub(a.mean(axis=1), axis=0)
known = {
    "n_samples": a.shape[1],
    "n_genes": a.shape[0],
    "n_components": int(numpy.linalg.matrix_rank(centered.values)),
}
for name, parameters, setting in [
    ("tsne", {}, {"perplexity": (a.shape[1] - 1) / 2}),
    ("umap", {"method": "umap", "neighbors": 5}, {"neighbors": 5}),
]:
    write(
        f"analyses/embed/{name}.json",
        {
            "source": SOURCE,
            "command": "shape and numpy.linalg.matrix_rank of the genes without gaps, centered",
            "script": SCRIPT,
            "input": {"file": "input.json", "sha256": hashlib.sha256(text).hexdigest()},
            "tolerance": {"rel": 0, "abs": 1e-12, "why": "counts, and half of one"},
            "run": "embed",
            "of": ["a"],
            "with": parameters,
            "values": {
                "tables": {"coordinates": {"sample": list(a.columns)}},
                "scalars": known | setting,
            },
        },
    )

for name, file in [
    ("golub", "labelled/golub.tsv.gz"),
    ("gtex", "archs4/gtex_scira_467x520_log2.tsv.gz"),
]:
    x = pandas.read_csv(DATA + file, sep="\t", index_col=0).values.T
    of = lambda map: float(trustworthiness(x, map, n_neighbors=15))
    values = {
        "tsne": [of(TSNE(random_state=seed).fit_transform(x)) for seed in range(3)],
        "umap": [of(umap.UMAP(random_state=seed).fit_transform(x)) for seed in range(3)],
    }
    write(
        f"embedding/{name}.json",
        {
            "source": SOURCE,
            "command": "trustworthiness(x, TSNE().fit_transform(x), n_neighbors=15); umap.UMAP()",
            "script": SCRIPT,
            "input": {"file": file, "sha256": hashlib.sha256(open(DATA + file, "rb").read()).hexdigest()},
            "tolerance": {"below": 0.02, "why": "maps differ from seed to seed"},
            "values": {key: float(numpy.mean(each)) for key, each in values.items()},
            "seeds": values,
        },
    )
