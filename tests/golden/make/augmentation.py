"""Writes tests/golden/stats/augmentation_quality.json: how alike two sets of samples are, by NumPy
and SciPy from the definitions.

Run from the root of the repository: python tests/golden/make/augmentation.py
Needs numpy and scipy; the versions used stand in the file.
"""

import json

import numpy
import scipy
from scipy.spatial.distance import cdist

PATH = "tests/golden/stats/augmentation_quality.json"
PROBABILITIES = [0.05, 0.5, 0.95]


def exact(values):
    """Values of few digits, exact in float32."""
    return numpy.round(numpy.asarray(values) * 256) / 256


def correlations(samples):
    """1 - Pearson above the diagonal; a feature without variance has correlations of 0."""
    centered = samples - samples.mean(axis=0)
    centered[:, numpy.ptp(samples, axis=0) == 0] = 0
    lengths = numpy.sqrt((centered**2).sum(axis=0))
    lengths[lengths == 0] = 1
    products = (centered / lengths).T @ (centered / lengths)
    return 1 - products[numpy.triu_indices(samples.shape[1], 1)]


def correlation_score(a, b):
    return numpy.corrcoef(correlations(a), correlations(b))[0, 1]


def nearest_others(samples, k):
    """Of each sample, the distance to its k-th nearest other."""
    distances = cdist(samples, samples)
    numpy.fill_diagonal(distances, numpy.inf)
    return numpy.sort(distances, axis=1)[:, k - 1]


def neighbor_shares(real, made, k):
    distances = cdist(made, real)
    return {
        "precision": (distances <= nearest_others(real, k)).any(axis=1).mean(),
        "recall": (distances.T <= nearest_others(made, k)).any(axis=1).mean(),
    }


def adversarial_accuracy(real, made):
    distances = cdist(real, made)
    return 0.5 * (
        (distances.min(axis=1) > nearest_others(real, 1)).mean()
        + (distances.min(axis=0) > nearest_others(made, 1)).mean()
    )


def memorization(training, made):
    to_training, within = cdist(made, training).min(axis=1), nearest_others(training, 1)
    bounds = numpy.quantile(within, PROBABILITIES)
    return {
        "made": numpy.quantile(to_training, PROBABILITIES).tolist(),
        "training": bounds.tolist(),
        "share_nearer": (to_training < bounds[0]).mean(),
    }


def cases():
    random = numpy.random.default_rng(20)
    mixing = random.normal(size=(4, 12))

    def draw(n, noise):
        return exact(random.normal(size=(n, 4)) @ mixing + noise * random.normal(size=(n, 12)))

    real = draw(30, 0.5)
    constant = real.copy()
    constant[:, 3] = 0.1
    between = real[random.integers(0, 30, 25)] + 0.3 * (
        real[random.integers(0, 30, 25)] - real[random.integers(0, 30, 25)]
    )
    return {
        "alike": (real, draw(40, 0.5)),
        "noisier": (real, draw(20, 1.5)),
        "shifted": (real, exact(draw(25, 0.5) + 1.5)),
        "near_copies": (real, exact(between)),
        "copies": (real, real[random.integers(0, 30, 12)]),
        "constant_feature": (exact(constant), draw(15, 0.5)),
        "few": (draw(4, 0.5), draw(7, 0.5)),
    }


def figures(real, made):
    return {
        "real": real.tolist(),
        "made": made.tolist(),
        "correlation_score": correlation_score(real, made),
        "neighbor_shares": neighbor_shares(real, made, 3),
        "adversarial_accuracy": adversarial_accuracy(real, made),
        "memorization": memorization(real, made),
    }


content = {
    "source": f"NumPy {numpy.__version__}, SciPy {scipy.__version__}",
    "command": "python tests/golden/make/augmentation.py",
    "script": "make/augmentation.py",
    "input": {"file": "stats/augmentation_quality.json", "made": "numpy.random.default_rng(20)"},
    "tolerance": {"rel": 1e-9, "abs": 1e-12, "why": "sums in another order; shares are exact"},
    "values": {name: figures(*pair) for name, pair in cases().items()},
}
with open(PATH, "w") as file:
    json.dump(content, file)
    file.write("\n")
