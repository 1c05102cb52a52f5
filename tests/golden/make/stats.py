"""Writes tests/golden/stats/*.json: statistics of small vectors by NumPy, SciPy and qnorm.

Run from the root of the repository: python tests/golden/make/stats.py
Needs numpy, scipy, mpmath and qnorm; the versions used stand in each file.
"""

import hashlib
import json
import math
import pathlib

import mpmath
import numpy
import qnorm
import scipy
import scipy.stats

HERE = pathlib.Path("tests/golden/stats")
COMMAND = "python tests/golden/make/stats.py"
SCRIPT = "make/stats.py"
NUMPY = f"NumPy {numpy.__version__}"
SCIPY = f"SciPy {scipy.__version__}"
mpmath.mp.dps = 60


def number(value):
    """A number as JSON has it: None where it is undefined or missing."""
    value = float(value)
    return None if math.isnan(value) else value


def numbers(values):
    return [number(value) for value in values]


def vectors():
    """Named pairs of vectors, every value exact in float32."""
    r = numpy.random.default_rng(20)

    def exact(values):
        return numpy.asarray(values, dtype=numpy.float32).astype(float)

    x = exact(r.normal(size=60))
    y = exact(0.6 * x + 0.8 * r.normal(size=60))
    gaps_x, gaps_y = x.copy(), y.copy()
    gaps_x[[0, 7, 33]] = numpy.nan
    gaps_y[[7, 8, 59]] = numpy.nan
    tied = exact(r.integers(0, 6, size=50))
    zeros = exact(numpy.maximum(0, r.normal(size=50)))
    nan = numpy.nan
    return {
        "normal": (x, y),
        "gaps": (gaps_x, gaps_y),
        "ties": (tied, exact(tied + r.integers(0, 3, size=50))),
        "many_zeros": (zeros, exact(numpy.maximum(0, zeros + r.normal(size=50)))),
        "far_from_zero": (exact(1e6 + 100 * x), exact(-1e6 + 100 * y)),
        "tiny_values": (exact(1e-30 * x), exact(1e-30 * y)),
        "nearly_equal": (x, exact(x + 1e-2 * r.normal(size=60))),
        "opposite": (x, -x),
        "infinite": (exact([1, math.inf, 3, -math.inf, 5]), exact([2, 9, 4, 1, 3])),
        "constant": (exact([0.1] * 9), exact(range(9))),
        "constant_after_gaps": (exact([1, nan, 1, 1]), exact([1, 2, 3, nan])),
        "one": (exact([2.5]), exact([4])),
        "two": (exact([1, 2]), exact([5, 3])),
        "three": (exact([1, 2, 4]), exact([3, 1, 7])),
        "four_of_seven": (exact([1, nan, 2, 3, nan, 9, 4]), exact([2, 1, nan, 5, 3, 4, 8])),
    }


def complete(x, y):
    present = ~(numpy.isnan(x) | numpy.isnan(y))
    return x[present], y[present]


def varies(values):
    return len(values) > 0 and bool(numpy.any(values != values[0]))


def correlation(function, x, y):
    x, y = complete(x, y)
    if len(x) < 2 or not varies(x) or not varies(y) or not numpy.all(numpy.isfinite(function[1](x))):
        return {"coefficient": None, "p_value": None, "n": len(x)}
    found = function[0](x, y)
    return {
        "coefficient": number(found.statistic),
        "p_value": number(found.pvalue) if len(x) > 2 else None,
        "n": len(x),
    }


def correlations(x, y):
    return {
        "pearson": correlation((scipy.stats.pearsonr, lambda v: v), x, y),
        "spearman": correlation((scipy.stats.spearmanr, scipy.stats.rankdata), x, y),
    }


def ranks(x):
    return numbers(scipy.stats.rankdata(x, nan_policy="omit"))


def p_values():
    """p of r and n: I_{1 - r²}((n - 2) / 2, 1/2), by mpmath, since SciPy's underflows to 0."""
    cases = []
    for n in [3, 4, 5, 10, 30, 100, 500, 6169, 20000, 60000]:
        for r in [0.0, 0.001, -0.01, 0.05, 0.1, 0.3, -0.45, 0.5, 0.9, -0.99, 0.999999]:
            exact = mpmath.mpf(r)
            p = mpmath.betainc(
                mpmath.mpf(n - 2) / 2, mpmath.mpf(1) / 2, 0, 1 - exact**2, regularized=True
            )
            if p == 0 or p > mpmath.mpf("1e-307"):
                cases.append({"coefficient": r, "n": n, "p_value": float(p)})
    return cases


def location(x):
    present = x[~numpy.isnan(x)]
    n = len(present)
    return {
        "n": n,
        "mean": number(numpy.mean(present)) if n else None,
        "median": number(numpy.median(present)) if n else None,
        "sd": number(numpy.std(present, ddof=1)) if n > 1 and varies(present) else (0.0 if n > 1 else None),
        # R's mad(): the constant is 1.4826.
        "mad": number(1.4826 * scipy.stats.median_abs_deviation(present)) if n else None,
        "quantiles": numbers(numpy.quantile(present, PROBABILITIES)) if n else None,
    }


PROBABILITIES = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1.0]


def line(x, y):
    x, y = complete(x, y)
    if len(x) < 2 or not varies(x):
        return None
    found = scipy.stats.linregress(x, y)
    return {
        "n": len(x),
        "slope": number(found.slope),
        "intercept": number(found.intercept),
        "r_squared": number(found.rvalue**2) if varies(y) else None,
    }


def sign_tests():
    counts = [(0, 1), (0, 10), (1, 9), (3, 4), (13, 69), (136, 43), (700, 784), (1484, 0), (20, 980)]
    return [
        {
            "n_negative": k,
            "n_positive": m,
            "p_value": float(scipy.stats.binomtest(k, k + m, 0.5).pvalue),
        }
        for k, m in counts
    ]


def normalize_gapped(columns):
    """preprocessCore's interpolation for missing values, with the mean of a run of ties."""
    n_rows = len(columns)
    grid = numpy.arange(n_rows)
    present = [numpy.sort(column[~numpy.isnan(column)]) for column in columns.T]
    target = numpy.mean(
        [numpy.interp(grid * (len(v) - 1) / (n_rows - 1), range(len(v)), v) for v in present], axis=0
    )
    result = numpy.full(columns.shape, numpy.nan)
    for j, values in enumerate(present):
        positions = numpy.arange(len(values)) * (n_rows - 1) / (len(values) - 1)
        at_rank = numpy.interp(positions, grid, target)
        for value in numpy.unique(values):
            result[columns[:, j] == value, j] = numpy.mean(at_rank[values == value])
    return result


def normalized():
    """qnorm on columns with ties, and the mean of two chosen columns as the target."""
    r = numpy.random.default_rng(21)
    columns = numpy.maximum(0, numpy.round(4 * r.normal(size=(40, 6))) / 4)
    target = numpy.mean(numpy.sort(columns[:, [1, 4]], axis=0), axis=1)
    gapped = numpy.where(r.random(columns.shape) < 0.1, numpy.nan, columns)
    return {
        "gapped_columns": [numbers(column) for column in gapped.T],
        "gapped": [numbers(column) for column in normalize_gapped(gapped).T],
        "columns": [numbers(column) for column in columns.T],
        "all": [numbers(c) for c in qnorm.quantile_normalize(columns, axis=1).T],
        "target_columns": [1, 4],
        "to_target": [
            numbers(c) for c in qnorm.quantile_normalize(columns, axis=1, target=target).T
        ],
    }


def write(name, source, tolerance, values, input_path=None):
    content = {"source": source, "command": COMMAND, "script": SCRIPT}
    if input_path is not None:
        digest = hashlib.sha256(input_path.read_bytes()).hexdigest()
        content["input"] = {"file": f"stats/{input_path.name}", "sha256": digest}
    content["tolerance"] = tolerance
    content["values"] = values
    text = json.dumps(content, indent=1, allow_nan=False)
    (HERE / name).write_text(text + "\n")


def main():
    HERE.mkdir(parents=True, exist_ok=True)
    named = vectors()
    inputs = HERE / "vectors.json"

    # JSON has no infinity: it stands there as a word.
    def cell(value):
        return str(value) if math.isinf(value) else number(value)

    text = {name: {"x": [*map(cell, x)], "y": [*map(cell, y)]} for name, (x, y) in named.items()}
    inputs.write_text(json.dumps(text, indent=1) + "\n")
    finite = {name: pair for name, pair in named.items() if name != "infinite"}

    write(
        "correlation.json",
        SCIPY,
        {"rel": 1e-9, "abs": 1e-12, "why": "p-values lose digits in logarithms of gamma"},
        {name: correlations(x, y) for name, (x, y) in named.items()},
        inputs,
    )
    write(
        "ranks.json",
        SCIPY,
        {"rel": 0.0, "abs": 0.0, "why": "ranks are exact"},
        {name: ranks(x) for name, (x, _) in named.items()},
        inputs,
    )
    write(
        "correlation_p_value.json",
        f"mpmath {mpmath.__version__}",
        {"rel": 1e-9, "abs": 0.0, "why": "p-values lose digits in logarithms of gamma"},
        p_values(),
    )
    write(
        "location.json",
        f"{NUMPY}, {SCIPY}",
        {"rel": 1e-12, "abs": 0.0, "why": "another order of additions"},
        {"probabilities": PROBABILITIES, "of": {name: location(x) for name, (x, _) in finite.items()}},
        inputs,
    )
    write(
        "line.json",
        SCIPY,
        {"rel": 1e-9, "abs": 1e-12, "why": "SciPy takes r from covariances"},
        {name: line(x, y) for name, (x, y) in finite.items()},
        inputs,
    )
    write(
        "sign_test.json",
        SCIPY,
        {"rel": 1e-9, "abs": 0.0, "why": "tails lose digits in logarithms of gamma"},
        sign_tests(),
    )
    write(
        "quantile_normalize.json",
        f"qnorm 1.0.0 on {NUMPY}; with gaps, NumPy interpolation",
        {"rel": 1e-9, "abs": 1e-12, "why": "another order of additions"},
        normalized(),
    )


if __name__ == "__main__":
    main()
