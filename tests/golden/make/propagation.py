"""Writes tests/golden/stats/{propagation,rank_sums,mixture}.json: what follows from a change of a gene.

Run from the root of the repository: python tests/golden/make/propagation.py
Needs numpy, scipy and scikit-learn; the versions used stand in each file.

Everything is written down from its definition, and not in the way of the program: coefficients come
from hat matrices and not from inverses of correlations, direct effects from regressions and not from
a precision matrix, variances of correlations from all products and not from sums over samples.
"""

import json
import pathlib
import platform

import numpy
import scipy
import sklearn
from scipy import stats
from sklearn.covariance import ledoit_wolf
from sklearn.mixture import GaussianMixture

HERE = pathlib.Path("tests/golden/stats")
PYTHON = f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}, scikit-learn {sklearn.__version__}"
PENALTIES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
RADIUS_WHEN_SCALED = 0.95


def plain(value):
    """NumPy numbers and lists as Python's, NaN as null."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(inner) for inner in value]
    if isinstance(value, (float, numpy.floating)):
        return None if numpy.isnan(value) else float(value)
    return value.item() if isinstance(value, numpy.generic) else value


def write(name, tolerance, values):
    content = {
        "source": PYTHON,
        "command": "python tests/golden/make/propagation.py",
        "script": "make/propagation.py",
        "tolerance": tolerance,
        "values": plain(values),
    }
    (HERE / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


def exact(values):
    """Exact in float32."""
    return numpy.asarray(values, dtype=numpy.float32).astype(float)


def modules(n_genes, n_samples, seed):
    """Genes × samples: genes that follow three hidden ones, on scales of their own, from zero up."""
    r = numpy.random.default_rng(seed)
    hidden = r.normal(size=(3, n_samples))
    weights = r.normal(size=(n_genes, 3)) * (r.random((n_genes, 3)) < 0.6)
    scales = r.uniform(0.3, 2.0, size=(n_genes, 1))
    rows = scales * (weights @ hidden + 0.7 * r.normal(size=(n_genes, n_samples)))
    return exact(numpy.maximum(0, 3 + rows))


def sum_of_two(n_samples, seed):
    """Three genes of which one is the sum of the others, nearly, and one apart."""
    r = numpy.random.default_rng(seed)
    x, y, z = r.normal(size=(3, n_samples))
    return exact([5 + x, 5 + y, 5 + x + y + 0.05 * r.normal(size=n_samples), 5 + z])


DATA = {
    "many_samples": modules(8, 40, 1),
    "few_samples": modules(24, 9, 2),
    "more_than_a_block": modules(70, 30, 3),
    "sum_of_two": sum_of_two(50, 4),
    # The three largest eigenvalues of its top-correlated network are of 0.828, 0.826 and 0.826.
    "nearly_one_size": modules(12, 10, 356),
}


# --- covariance ----------------------------------------------------------------------------------


def schaefer_strimmer(rows):
    n_genes, n = rows.shape
    x = (rows - rows.mean(1, keepdims=True)) / rows.std(1, ddof=1, keepdims=True)
    variance = square = 0.0
    for i in range(n_genes):
        for j in range(n_genes):
            if i != j:
                w = x[i] * x[j]
                variance += n / (n - 1) ** 3 * numpy.sum((w - w.mean()) ** 2)
                square += (n / (n - 1) * w.mean()) ** 2
    share = min(1.0, max(0.0, variance / square))
    plain = numpy.cov(rows)
    return (1 - share) * plain + share * numpy.diag(numpy.diag(plain)), share


def covariances(rows):
    found = {"schaefer_strimmer": schaefer_strimmer(rows), "ledoit_wolf": ledoit_wolf(rows.T)}
    if rows.shape[1] > rows.shape[0]:
        found["none"] = (numpy.cov(rows), 0.0)
    return found


# --- conditional ---------------------------------------------------------------------------------


def respond(c, knocked, deltas):
    out = c[:, knocked] @ numpy.linalg.solve(c[numpy.ix_(knocked, knocked)], deltas)
    out[knocked] = deltas
    return out


def direct(c, knocked, deltas):
    """By the regression of each gene on all others."""
    n = len(c)
    out = numpy.zeros(n)
    for gene in range(n):
        others = [other for other in range(n) if other != gene]
        slopes = numpy.linalg.solve(c[numpy.ix_(others, others)], c[others, gene])
        coefficient = dict(zip(others, slopes))
        out[gene] = sum(coefficient.get(k, 0.0) * d for k, d in zip(knocked, deltas))
    out[knocked] = deltas
    return out


def conditional(rows, c):
    cases = []
    for knocked in ([1], [2, 0], [3, 1, 2]):
        deltas = -rows[knocked].mean(1)
        deltas[-1] *= -0.5
        cases.append(
            {
                "knocked": knocked,
                "deltas": deltas,
                "respond": respond(c, knocked, deltas),
                "direct": direct(c, knocked, deltas),
            }
        )
    return cases


def associations(rows, gene):
    tests = [stats.pearsonr(row, rows[gene]) for row in rows]
    others = [at for at in range(len(rows)) if at != gene]
    q_values = numpy.full(len(rows), numpy.nan)
    q_values[others] = stats.false_discovery_control([tests[at].pvalue for at in others])
    p_values = [numpy.nan if at == gene else test.pvalue for at, test in enumerate(tests)]
    return {"gene": gene, "r": [test.statistic for test in tests], "p_value": p_values, "q_value": q_values}


# --- network -------------------------------------------------------------------------------------


def ridge(x, y):
    """x samples × regulators, y samples, all standardized; the penalty by the trace of the hat matrix."""
    n, k = x.shape
    best = None
    for penalty in PENALTIES:
        solve = numpy.linalg.solve(x.T @ x + n * penalty * numpy.eye(k), x.T)
        hat = numpy.full((n, n), 1 / n) + x @ solve
        error = numpy.mean((y - hat @ y) ** 2)
        score = error / (1 - numpy.trace(hat) / n) ** 2
        if best is None or score < best[0]:
            best = (score, penalty, solve @ y)
    return best[1:]


def network(rows, regulators_of):
    deviations = rows.std(1)
    z = (rows - rows.mean(1, keepdims=True)) / deviations[:, None]
    weights = numpy.zeros((len(rows), len(rows)))
    penalties = []
    for gene in range(len(rows)):
        regulators = regulators_of(gene)
        penalty, slopes = ridge(z[regulators].T, z[gene])
        weights[gene, regulators] = slopes * deviations[gene] / deviations[regulators]
        penalties.append(penalty)
    radius = numpy.abs(numpy.linalg.eigvals(weights)).max()
    factor = RADIUS_WHEN_SCALED / radius if radius >= 1 else 1.0
    start = rows[:, 2]
    knocked, deltas = [1, 3], numpy.array([-start[1], 0.7])
    change = numpy.zeros(len(rows))
    change[knocked] = deltas
    steps = []
    for _ in range(4):
        change = factor * weights @ change
        change[knocked] = deltas
        change = numpy.maximum(change, -start)
        steps.append(change)
    return {
        "weights": weights,
        "penalties": penalties,
        "radius": radius,
        "knocked": knocked,
        "deltas": deltas,
        "start": start,
        "steps": steps,
        "was_scaled": bool(radius >= 1),
    }


def top(strength, k):
    def regulators_of(gene):
        others = [other for other in range(len(strength)) if other != gene]
        return sorted(sorted(others, key=lambda other: -strength[gene, other])[:k])

    return regulators_of


def partial(c):
    """Of every two genes, from the residuals of both on all others, as a regression has them."""
    inverse = numpy.linalg.inv(c)
    scale = numpy.sqrt(numpy.diag(inverse))
    return -inverse / numpy.outer(scale, scale)


def networks(rows):
    listed = [0, 2, 3]
    shrunk, _ = schaefer_strimmer(rows)
    n_top = min(5, len(rows) - 1)
    return {
        "listed": network(rows, lambda gene: [other for other in listed if other != gene]),
        "top_correlated": network(rows, top(numpy.abs(numpy.corrcoef(rows)), n_top)),
        "top_partial": network(rows, top(numpy.abs(partial(shrunk)), n_top)),
    }


def propagation():
    values = {}
    for name, rows in DATA.items():
        shrunk = {
            method: {
                "shrinkage": share,
                "covariance": c if len(rows) < 30 else c[:3],
                "conditional": conditional(rows, c),
            }
            for method, (c, share) in covariances(rows).items()
        }
        values[name] = {
            "rows": rows,
            "shrunk": shrunk,
            "associations": associations(rows, 2),
            "networks": networks(rows) if len(rows) < 30 else {},
        }
    return values


# --- rank sums and mixture -----------------------------------------------------------------------


def rank_sums():
    r = numpy.random.default_rng(7)
    cases = []
    for n, m, decimals, shift in [
        (1, 1, 3, 0), (1, 50, 3, 1), (5, 200, 3, 0.3), (40, 2_00, 3, 0.5), (40, 200, 1, 0.5),
        (60, 60, 0, 0), (3, 4, 3, 9), (150, 150, 3, 3),
    ]:  # fmt: skip
        values, pool = numpy.round(r.normal(shift, 1, n), decimals), numpy.round(r.normal(0, 1, m), decimals)
        found = stats.ranksums(values, pool)
        cases.append({"values": values, "pool": pool, "z": found.statistic, "p_value": found.pvalue})
    return cases


def impact(value, low, high, model, low_at):
    """Geneformer's rule, with the components in their order."""
    if value > high:
        return 0
    if value < low:
        return 1
    return int(model.predict([[value]])[0] == low_at)


def mixtures():
    r = numpy.random.default_rng(8)
    sets = {
        "apart": numpy.concatenate([r.normal(0.2, 0.05, 60), r.normal(0.9, 0.1, 140)]),
        "overlapping": numpy.concatenate([r.normal(0.0, 1.0, 150), r.normal(2.5, 0.7, 90)]),
        "few_low": numpy.concatenate([r.normal(0.95, 0.01, 300), r.normal(0.7, 0.05, 12)]),
        "one_heap": r.normal(0.5, 0.1, 80),
        "two_values": numpy.array([0.25, 0.75]),
    }
    found = {}
    for name, values in sets.items():
        values = numpy.round(values, 6)
        for word, tolerance, rounds in [("default", 1e-3, 100), ("settled", 1e-12, 20_000)]:
            model = GaussianMixture(2, random_state=0, tol=tolerance, max_iter=rounds, n_init=1)
            model.fit(values[:, None])
            means = model.means_.ravel()
            order = numpy.argsort(means)
            low, high = means[order]
            probes = numpy.round(numpy.linspace(values.min() - 0.1, values.max() + 0.1, 41), 6)
            found[f"{name}, {word}"] = {
                "values": values,
                "tolerance": tolerance,
                "max_rounds": rounds,
                "weights": model.weights_[order],
                "means": means[order],
                "variances": model.covariances_.ravel()[order],
                "n_rounds": model.n_iter_,
                "is_settled": bool(model.converged_),
                "probes": probes,
                "impact": [impact(probe, low, high, model, order[0]) for probe in probes],
            }
    return found


def main():
    write(
        "propagation.json",
        {"rel": 1e-9, "abs": 1e-10, "why": "solved by other formulas; radii come out of powers"},
        propagation(),
    )
    write(
        "rank_sums.json",
        {"rel": 1e-9, "abs": 0.0, "why": "erfc is a rational approximation"},
        rank_sums(),
    )
    write(
        "mixture.json",
        {"rel": 1e-9, "abs": 1e-12, "why": "another order of additions, over many rounds"},
        mixtures(),
    )


# Its definitions serve `perturbation.py` too.
if __name__ == "__main__":
    main()
