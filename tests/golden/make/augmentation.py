"""Writes tests/golden/stats/augmentation_quality.json: how alike two sets of samples are, by NumPy
and SciPy from the definitions; and tests/golden/analyses/augment: a rare label that scikit-learn
tells from the others however it is helped.

Run after forest.py, from the root of the repository: python tests/golden/make/augmentation.py
Needs numpy, scipy and scikit-learn; the versions used stand in the files.
"""

import hashlib
import json
import os

import numpy
import scipy
import sklearn
from scipy.spatial.distance import cdist
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedShuffleSplit

FOLDER = "tests/golden/"
COMMAND = "python tests/golden/make/augmentation.py"
SCRIPT = "make/augmentation.py"
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


RARE = "liver"
N_MADE = 3
N_SPLITS = 4
N_TREES = 20


def helped(x, y, random):
    """Training sets with samples of the rare label made in each of the cheap ways."""
    rare = x[y == RARE]
    first, second = rare[random.integers(0, len(rare), (2, N_MADE))]
    means = numpy.stack([x[y == label].mean(axis=0) for label in y])
    others = (x - means)[y != RARE]
    yield "none", rare[:0]
    yield "duplicate", first
    yield "smote", first + random.random((N_MADE, 1)) * (second - first)
    yield "residual", rare.mean(axis=0) + others[random.integers(0, len(others), N_MADE)]


def separable():
    """F1 of a label far from the others, on real samples held out, by way: 1 in every split."""
    text = open(FOLDER + "analyses/forest_input.json", "rb").read()
    data = json.loads(text)["datasets"]["a"]
    x = numpy.asarray(data["rows"], dtype=numpy.float32).T
    y = numpy.asarray(data["sample_annotations"]["tissue"])
    x, y = x[y != ""], y[y != ""]
    random = numpy.random.default_rng(20)
    f1 = {}
    for training, held_out in StratifiedShuffleSplit(N_SPLITS, test_size=1 / 3, random_state=0).split(x, y):
        for way, made in helped(x[training], y[training], random):
            for weight in [None, "balanced_subsample"] if way == "none" else [None]:
                forest = RandomForestClassifier(N_TREES, class_weight=weight, random_state=0).fit(
                    numpy.vstack([x[training], made]),
                    numpy.concatenate([y[training], [RARE] * len(made)]),
                )
                found = forest.predict(x[held_out]) == RARE
                name = "weights" if weight else way
                f1.setdefault(name, []).append(f1_score(y[held_out] == RARE, found))
    assert all(value == 1 for values in f1.values() for value in values), f1
    ways = ["weights", "threshold", "duplicate", "smote", "residual", "gan"]
    zeros = [0] * (len(ways) + 1)
    return {
        "source": f"NumPy {numpy.__version__}, scikit-learn {sklearn.__version__}",
        "command": COMMAND,
        "script": SCRIPT,
        "input": {"file": "forest_input.json", "sha256": hashlib.sha256(text).hexdigest()},
        "tolerance": {"rel": 1e-12, "abs": 1e-12, "why": "counts and their fractions"},
        "run": "augment",
        "of": ["a"],
        "with": {
            "label": "tissue",
            "rare": RARE,
            "synthetic": N_MADE,
            "repeats": N_SPLITS,
            "trees": N_TREES,
            "gan_steps": 20,
        },
        "values": {
            "scalars": {
                "n_rare": int((y == RARE).sum()),
                "n_samples": len(y),
                "n_labels": len(set(y)),
                "n_genes": x.shape[1],
                "repeats": N_SPLITS,
                **{f"rare_f1_{way}": numpy.mean(values) for way, values in f1.items()},
            },
            "tables": {
                "comparison": {
                    # Of ways that are equally good, the one without help is the best.
                    "arm": ways + ["gan"],
                    "baseline": ["none"] * (len(ways) + 1),
                    "difference": zeros,
                    "low": zeros,
                    "high": zeros,
                    "wins": zeros,
                    "losses": zeros,
                }
            },
        },
    }


def write(path, content, indent):
    os.makedirs(os.path.dirname(FOLDER + path), exist_ok=True)
    with open(FOLDER + path, "w") as file:
        json.dump(content, file, indent=indent)
        file.write("\n")


quality = {
    "source": f"NumPy {numpy.__version__}, SciPy {scipy.__version__}",
    "command": COMMAND,
    "script": SCRIPT,
    "input": {"file": "stats/augmentation_quality.json", "made": "numpy.random.default_rng(20)"},
    "tolerance": {"rel": 1e-9, "abs": 1e-12, "why": "sums in another order; shares are exact"},
    "values": {name: figures(*pair) for name, pair in cases().items()},
}
write("stats/augmentation_quality.json", quality, None)
write("analyses/augment/separable.json", separable(), 1)
