"""Writes tests/golden/analyses/gene_metrics and tests/golden/rnaseq/gtex_brain_metrics*.tsv: the
metrics of genes, gene by gene, as the reference computes them.

Run from the root of the repository, after analyses.py: python tests/golden/make/gene_metrics.py [../shared/data]
Made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1, pandas 3.1.1.
"""

import hashlib
import json
import math
import os
import platform
import sys

import numpy
import pandas
import scipy
from scipy import stats

GOLDEN = "tests/golden/"
DATA = sys.argv[1] if len(sys.argv) > 1 else "../shared/data"
SOURCE = (
    f"Python {platform.python_version()}, NumPy {numpy.__version__}, "
    f"SciPy {scipy.__version__}, pandas {pandas.__version__}"
)


def cosine(x, y):
    """Of the values present in both; 0 with a profile of zeros, as in scikit-learn."""
    both = ~numpy.isnan(x) & ~numpy.isnan(y)
    x, y = x[both], y[both]
    lengths = math.sqrt((x @ x) * (y @ y))
    return (x @ y) / lengths if lengths > 0 else 0.0


def metrics(values, percentile=95.0, half_window=None):
    """One row per gene of a genes × samples matrix; NaN is missing."""
    n_samples = values.shape[1]
    half_window = half_window or min(50, max(1, n_samples // 20))
    table = numpy.array([[cosine(x, y) for x in values.T] for y in values.T])
    rows = []
    for row in values:
        samples = numpy.flatnonzero(~numpy.isnan(row))
        x = row[samples]
        center = int(percentile / 100 * (len(x) + 1))
        order = samples[numpy.argsort(x, kind="stable")]
        window = order[max(0, center - half_window) : max(0, center + half_window)]
        n, n_nonzero = len(window), numpy.count_nonzero(x)
        # In one order, so that genes with equal windows have equal cosines to the last bit.
        window = numpy.sort(window)
        block = table[numpy.ix_(window, window)]
        pairs = block[numpy.triu_indices(n, 1)]
        enough = n > 1 and n_nonzero > 0
        rows.append(
            {
                "mean": x.mean(),
                "sd": x.std(ddof=1) if len(x) > 1 else math.nan,
                "zero_share": (x == 0).mean(),
                "signal": numpy.percentile(x, percentile),
                "snr": numpy.percentile((1 + x) / numpy.mean(1 + x), percentile),
                "mean_cosine": pairs.mean() if enough else math.nan,
                "n_window": n,
                "co_rank": math.nan,
                "reference_compatible": 0.0 if n_nonzero == 1
                else block.sum() / (n * (n - 1) / 2) if enough else math.nan,
            }
        )
    found = pandas.DataFrame(rows)
    ranked = found["snr"].notna() & found["mean_cosine"].notna()
    ranks = [stats.rankdata(-found.loc[ranked, name]) for name in ("snr", "mean_cosine")]
    found.loc[ranked, "co_rank"] = sum(ranks) / 2
    return found


def plain(values):
    return [
        value if isinstance(value, str) else None if math.isnan(value) else float(value)
        for value in values
    ]


raw = open(GOLDEN + "analyses/input.json", "rb").read()
DATASETS = json.loads(raw)["datasets"]


def case(name, dataset, **parameters):
    data = DATASETS[dataset]
    values = numpy.array(data["rows"], dtype=float)
    found = metrics(values, **parameters)
    table = {"gene": data["genes"]} | {column: plain(found[column]) for column in found}
    content = {
        "source": SOURCE,
        "command": "numpy.percentile, and the mean of the pairwise cosines of the window",
        "script": "make/gene_metrics.py",
        "input": {"file": "input.json", "sha256": hashlib.sha256(raw).hexdigest()},
        "tolerance": {"rel": 1e-9, "abs": 1e-12, "why": "values are exact in f32, and few samples are compared in f64"},
        "run": "gene_metrics",
        "of": [dataset],
        "with": parameters | {"reference_compatible": True},
        "values": {"tables": {"genes": table}},
    }
    os.makedirs(GOLDEN + "analyses/gene_metrics", exist_ok=True)
    with open(GOLDEN + f"analyses/gene_metrics/{name}.json", "w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")


case("counts", "counts", half_window=3)
case("gaps", "a", half_window=2, percentile=60.0)
case("default", "counts")

counts = pandas.read_csv(DATA + "/archs4/gtex_brain_damirseq_counts.tsv.gz", sep="\t", index_col=0)
found = metrics(counts.values.astype(float))
found.index = counts.index
chosen = numpy.sort(numpy.random.default_rng(1).choice(len(found), 200, replace=False))
found.iloc[chosen].to_csv(GOLDEN + "rnaseq/gtex_brain_metrics.tsv", sep="\t", float_format="%.15g")
sums = found.sum().to_frame().T.assign(n_genes=len(found), n_ranked=found["co_rank"].notna().sum())
sums.to_csv(GOLDEN + "rnaseq/gtex_brain_metrics_sums.tsv", sep="\t", float_format="%.15g")
