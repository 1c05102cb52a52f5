"""Random forests of scikit-learn on published sets, and its scores of predictions.

Writes forest/peers.json (numbers only, from the real data), stats/classification.json (from seeded
random numbers), and analyses/forest (from a simulated set that any forest tells apart).
Run from the root of the repository: python tests/golden/make/forest.py FOLDER_OF_REAL_DATA
Made with Python 3.11, NumPy 2.4.6, pandas 3.1.1, scikit-learn 1.9.1.
"""

import hashlib

import json
import platform
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn import metrics
from sklearn.ensemble import RandomForestClassifier

warnings.filterwarnings("ignore")
HERE = Path(__file__).resolve().parent.parent
DATA = Path(sys.argv[1])
N_TREES = 500
SEEDS = (0, 1, 2)
SOURCE = (
    f"Python {platform.python_version()}, NumPy {np.__version__}, pandas {pd.__version__}, "
    f"scikit-learn {sklearn.__version__}"
)


def labelled(matrix, labels):
    x = pd.read_csv(DATA / matrix, sep="\t", index_col=0)
    y = pd.read_csv(DATA / labels, sep="\t", index_col=0).iloc[:, 0].loc[x.columns]
    return x.T, y


def golub():
    x = pd.read_csv(DATA / "formats/golub_all_aml_train.gct", sep="\t", skiprows=2, index_col=0)
    x = x.drop(columns="Description").dropna(axis=1).T
    return x, pd.Series([name.split("_")[0] for name in x.index], index=x.index)


def of_common_classes(x, y, least):
    kept = y.isin(y.value_counts()[lambda n: n >= least].index)
    return x[kept], y[kept]


def sets():
    yield "khan", *labelled("labelled/khan.tsv.gz", "labelled/khan.labels.tsv")
    yield "golub", *golub()
    yield "gtex", *labelled("archs4/gtex_scira_467x520_log2.tsv.gz", "archs4/gtex_scira_labels.tsv")
    x, y = labelled("labelled/breast_mrna_200x220.tsv", "labelled/breast_labels.tsv")
    split = pd.read_csv(DATA / "labelled/breast_labels.tsv", sep="\t", index_col=0)["split"]
    yield "brca", x[split == "train"], y[split == "train"]
    x, y = labelled("labelled/nci60_islp.tsv.gz", "labelled/nci60_islp.labels.tsv")
    yield "nci60", *of_common_classes(x, y, 5)
    x, y = labelled("labelled/chowdary_22283x104.tsv.gz", "labelled/chowdary_labels.tsv")
    yield "chowdary", np.log2(x.clip(lower=0) + 1), y


def peers():
    made = {}
    for name, x, y in sets():
        forests = [
            RandomForestClassifier(N_TREES, oob_score=True, random_state=seed, n_jobs=-1).fit(
                x.to_numpy(np.float32), y.to_numpy()
            )
            for seed in SEEDS
        ]
        importance = np.mean([forest.feature_importances_ for forest in forests], axis=0)
        top = np.argsort(-importance, kind="stable")[:10]
        made[name] = {
            "n_samples": int(x.shape[0]),
            "n_genes": int(x.shape[1]),
            "n_labels": int(y.nunique()),
            "oob_accuracy": [float(forest.oob_score_) for forest in forests],
            "top_genes": [str(x.columns[gene]) for gene in top],
        }
        print(name, made[name]["oob_accuracy"])
    return {"source": SOURCE, "script": "make/forest.py", "n_trees": N_TREES, "sets": made}


def curve_scores(scores, positive):
    return {
        "scores": scores.tolist(),
        "positive": positive.tolist(),
        "roc_auc": float(metrics.roc_auc_score(positive, scores)),
        "average_precision": float(metrics.average_precision_score(positive, scores)),
    }


def classification():
    rng = np.random.default_rng(20)
    n, k = 60, 5
    truth = rng.random((n, k)) < [0.5, 0.3, 0.1, 0.6, 0.0]
    called = truth ^ (rng.random((n, k)) < [0.2, 0.1, 0.3, 0.1, 0.0])
    called[:, 2] = False
    p, r, f, s = metrics.precision_recall_fscore_support(truth, called, zero_division=0)
    multiple = {
        "truth": [np.flatnonzero(row).tolist() for row in truth],
        "called": [np.flatnonzero(row).tolist() for row in called],
        "accuracy": float(metrics.accuracy_score(truth, called)),
        "micro_f1": float(metrics.f1_score(truth, called, average="micro", zero_division=0)),
        "samples_f1": float(metrics.f1_score(truth, called, average="samples", zero_division=0)),
        "precision": p.tolist(),
        "recall": r.tolist(),
        "f1": f.tolist(),
        "support": s.tolist(),
    }
    y = rng.integers(0, 4, n)
    z = np.where(rng.random(n) < 0.3, rng.integers(0, 4, n), y)
    z[z == 3] = 0
    single = {
        "truth": y.tolist(),
        "called": z.tolist(),
        "accuracy": float(metrics.accuracy_score(y, z)),
        "balanced_accuracy": float(metrics.balanced_accuracy_score(y, z)),
        "macro_f1": float(metrics.f1_score(y, z, average="macro", zero_division=0)),
        "micro_f1": float(metrics.f1_score(y, z, average="micro", zero_division=0)),
    }
    scores = rng.random(200)
    positive = rng.random(200) < scores
    ties = np.round(rng.random(80) * 6) / 6
    curves = [
        curve_scores(scores, positive),
        curve_scores(ties, rng.random(80) < 0.2 + 0.5 * ties),
    ]
    return {
        "source": SOURCE,
        "script": "make/forest.py",
        "tolerance": {"rel": 1e-12, "abs": 1e-12, "why": "sums of fractions in another order"},
        "values": {"multiple": multiple, "single": single, "curves": curves},
    }


def simulated():
    """Three kinds of 14 samples; eight of 40 genes differ by ten standard deviations or more."""
    rng = np.random.default_rng(12)
    kinds = np.repeat(["liver", "lung", "skin"], 14)
    x = rng.normal(8.0, 0.5, (40, 42))
    for gene in range(8):
        x[gene, kinds == ["liver", "lung", "skin"][gene % 3]] += 5.0 + gene
    x = np.round(x * 16) / 16
    kinds = kinds.astype(object)
    kinds[[3, 20]] = None
    return x, kinds


def analysis():
    x, kinds = simulated()
    samples = [f"s{at}" for at in range(x.shape[1])]
    known = np.array([kind is not None for kind in kinds])
    y = kinds[known].astype(str)
    forest = RandomForestClassifier(N_TREES, oob_score=True, random_state=0)
    forest.fit(x[:, known].T.astype(np.float32), y)
    called = forest.classes_[np.argmax(forest.oob_decision_function_, axis=1)]
    new = forest.predict(x[:, ~known].T.astype(np.float32))
    p, r, f, s = metrics.precision_recall_fscore_support(y, called)
    auc = [metrics.roc_auc_score(y == name, forest.oob_decision_function_[:, at])
           for at, name in enumerate(forest.classes_)]
    most = np.max(np.unique(y, return_counts=True)[1])
    content = {
        "datasets": {
            "a": {
                "genes": [f"g{at}" for at in range(x.shape[0])],
                "samples": samples,
                "rows": x.tolist(),
                "sample_annotations": {"tissue": [kind or "" for kind in kinds]},
            }
        },
        "tables": {},
    }
    path = "analyses/forest_input.json"
    write(path, content)
    values = {
        "scalars": {
            "oob_accuracy": metrics.accuracy_score(y, called),
            "accuracy": metrics.accuracy_score(y, called),
            "balanced_accuracy": metrics.balanced_accuracy_score(y, called),
            "macro_f1": metrics.f1_score(y, called, average="macro"),
            "micro_f1": metrics.f1_score(y, called, average="micro"),
            "samples_f1": metrics.accuracy_score(y, called),
            "majority_accuracy": most / len(y),
            "n_trees": N_TREES,
            "n_samples": len(y),
            "n_labels": 3,
        },
        "tables": {
            "labels": {
                "label": forest.classes_.tolist(),
                "support": s.tolist(),
                "precision": p.tolist(),
                "recall": r.tolist(),
                "f1": f.tolist(),
                "auc": auc,
            },
            "confusion": {
                "true\\predicted": forest.classes_.tolist(),
                **{
                    name: row
                    for name, row in zip(
                        forest.classes_, metrics.confusion_matrix(y, called).T.tolist()
                    )
                },
            },
            "predictions": {
                "sample": [name for name, is_known in zip(samples, known) if is_known]
                + [name for name, is_known in zip(samples, known) if not is_known],
                "true": y.tolist() + [""] * len(new),
                "predicted": called.tolist() + new.tolist(),
            },
        },
    }
    write(
        "analyses/forest/separable.json",
        {
            "source": SOURCE,
            "command": "sklearn.ensemble.RandomForestClassifier, sklearn.metrics",
            "script": "make/forest.py",
            "input": {
                "file": "forest_input.json",
                "sha256": hashlib.sha256((HERE / path).read_bytes()).hexdigest(),
            },
            "tolerance": {"rel": 1e-12, "abs": 1e-12, "why": "counts and their fractions"},
            "run": "forest",
            "of": ["a"],
            "with": {"label": "tissue"},
            "values": values,
        },
    )


def write(path, made):
    (HERE / path).parent.mkdir(parents=True, exist_ok=True)
    plain = lambda value: value.item() if isinstance(value, np.generic) else str(value)
    (HERE / path).write_text(json.dumps(made, indent=1, default=plain) + "\n")


write("stats/classification.json", classification())
analysis()
write("forest/peers.json", peers())
