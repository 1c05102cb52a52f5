"""Writes tests/golden/stats/mann_whitney.json and tests/golden/analyses/differential/{welch,wilcoxon}*.json.

Run from the root of the repository, after analyses.py: python tests/golden/make/differential.py
Made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1.
"""

import hashlib
import json
import math
import os
import platform
import warnings

import numpy
import scipy
from scipy import stats

warnings.simplefilter("ignore")
GOLDEN = "tests/golden/"
SOURCE = f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}"
CLOSE = {"rel": 1e-9, "abs": 1e-12, "why": "values are exact in f32; erfc is a rational approximation"}


def plain(value):
    """NaN as null, infinities as words, NumPy numbers as Python numbers."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(inner) for inner in value]
    if isinstance(value, (float, numpy.floating)):
        return None if math.isnan(value) else str(value) if math.isinf(value) else float(value)
    return value


def write(path, command, values, **more):
    os.makedirs(os.path.dirname(GOLDEN + path), exist_ok=True)
    content = {"source": SOURCE, "command": command, "script": "make/differential.py", "tolerance": CLOSE}
    with open(GOLDEN + path, "w") as file:
        json.dump(plain(content | more | {"values": values}), file, indent=1)
        file.write("\n")


# --- ranks ---------------------------------------------------------------------------------------

random = numpy.random.default_rng(1947)


def numbers(n, shift, step=1 / 1024):
    return (numpy.round(random.normal(shift, 1, n) / step) * step).tolist()


CASES = [
    (numbers(3, 0), numbers(3, 0)), (numbers(1, 0), numbers(5, 1)), (numbers(8, 0), numbers(8, 1)),
    (numbers(4, 0), numbers(300, 0)), (numbers(8, 3), numbers(60, 0)), (numbers(9, 0), numbers(9, 1)),
    (numbers(8, 0, 0.5), numbers(8, 1, 0.5)), (numbers(50, 0, 0.5), numbers(70, 0.4, 0.5)),
    (numbers(60, 0), numbers(70, 4)), (numbers(300, 0), numbers(300, 9)),
    ([1.0] * 5, [1.0] * 4), ([1.0, 2.0], [2.0]), (numbers(90, 0), numbers(90, 0)),
]
found = []
for a, b in CASES:
    test = stats.mannwhitneyu(b, a)
    found.append({"a": a, "b": b, "u": test.statistic, "p_value": test.pvalue})
write("stats/mann_whitney.json", "mannwhitneyu(b, a)", found)

# --- the analysis --------------------------------------------------------------------------------

raw = open(GOLDEN + "analyses/input.json", "rb").read()
DATASETS = json.loads(raw)["datasets"]


def adjusted(p_values):
    """Benjamini and Hochberg over the tests that there are."""
    q_values = numpy.full(len(p_values), math.nan)
    known = ~numpy.isnan(p_values)
    q_values[known] = stats.false_discovery_control(numpy.asarray(p_values)[known])
    return q_values


def case(name, dataset, a, b, method, command):
    data = DATASETS[dataset]
    strain = numpy.array(data["sample_annotations"]["strain"])
    columns = {key: [] for key in ["gene", "mean_a", "mean_b", "log2_fc", "t", "df", "p_value"]}
    for gene, row in zip(data["genes"], data["rows"]):
        row = numpy.array(row, dtype=float)
        x, y = (group[~numpy.isnan(group)] for group in (row[strain == a], row[strain == b]))
        if method == "welch":
            test = stats.ttest_ind(y, x, equal_var=False)
            # Degrees of freedom that do not exist are 1 in SciPy.
            df = test.df if math.isfinite(test.statistic) else math.nan
        else:
            test = stats.mannwhitneyu(y, x)
            df = math.nan
        values = [gene, x.mean(), y.mean(), y.mean() - x.mean(), test.statistic, df, test.pvalue]
        for column, value in zip(columns.values(), values):
            column.append(value)
    columns["q_value"] = adjusted(columns["p_value"])
    write(
        f"analyses/differential/{name}.json", command, {"tables": {"genes": columns}},
        input={"file": "input.json", "sha256": hashlib.sha256(raw).hexdigest()},
        run="differential", of=[dataset],
        **{"with": {"group": "strain", "a": a, "b": b, "method": method}},
    )


case("welch", "a", "wt", "gcn4", "welch", "ttest_ind(b, a, equal_var=False)")
case("welch_single", "a", "gcn4", "met4", "welch", "ttest_ind(b, a, equal_var=False)")
case("wilcoxon", "a", "wt", "gcn4", "wilcoxon", "mannwhitneyu(b, a)")
case("wilcoxon_ties", "counts", "gcn4", "wt", "wilcoxon", "mannwhitneyu(b, a)")
