"""Random forests of scikit-learn on published sets, and its scores of predictions.

Writes forest/peers.json (numbers only, from the real data) and stats/classification.json (from
seeded random numbers). Usage: forest.py FOLDER_OF_REAL_DATA
"""

import json
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
    return {"scikit_learn": sklearn.__version__, "n_trees": N_TREES, "sets": made}


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
    return {"scikit_learn": sklearn.__version__, "multiple": multiple, "single": single, "curves": curves}


def write(path, made):
    (HERE / path).parent.mkdir(parents=True, exist_ok=True)
    (HERE / path).write_text(json.dumps(made, indent=1) + "\n")


write("stats/classification.json", classification())
write("forest/peers.json", peers())
