"""Writes tests/golden/analyses/perturbation_baselines*: simulated perturbations, and how well rules predict them.

Run from the root of the repository: python tests/golden/make/perturbation_baselines.py
Needs numpy and scipy; the versions used stand in each file.

The rules are written down as in Ahlmann-Eltze, Huber and Anders 2025, with the whole singular value
decomposition; random numbers that deal perturbations into parts are SplitMix64, as in the program.
"""

import hashlib
import json
import math
import pathlib
import platform

import numpy
import scipy
from scipy import stats

FOLDER = pathlib.Path("tests/golden/analyses")
INPUT = "perturbation_baselines_input.json"
SOURCE = f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}"
METHODS = ["no_change", "mean", "additive", "linear"]
MASK = (1 << 64) - 1


class Random:
    """SplitMix64, whole numbers below a bound by Lemire's product, and Fisher and Yates."""

    def __init__(self, seed):
        self.state = seed

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, n):
        while True:
            product = self.bits() * n
            if (product & MASK) >= (1 << 64) % n:
                return product >> 64

    def shuffle(self, items):
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]


# --- the input -----------------------------------------------------------------------------------


def simulated():
    """60 genes of which 14 are perturbed, alone and in six pairs; effects follow four programs."""
    r = numpy.random.default_rng(11)
    n_genes = 60
    genes = [f"G{at}" for at in range(n_genes)]
    level = r.uniform(0.5, 6.0, n_genes)
    programs = r.normal(size=(n_genes, 4)) * (r.random((n_genes, 4)) < 0.4)
    strength = r.normal(size=(n_genes, 4))
    single = list(range(13)) + ["MISSING"]
    pairs = [(0, 1), (2, 0), (3, 4), (5, 6), (8, 7), (9, 10)]

    def effect(gene):
        change = programs @ (strength[gene] if gene != "MISSING" else r.normal(size=4))
        if gene != "MISSING":
            change[gene] -= 0.8 * level[gene]
        return change

    effects = {gene: effect(gene) for gene in single}
    name = lambda gene: gene if gene == "MISSING" else f"G{gene}"
    conditions = [("Non-Targeting", numpy.zeros(n_genes), 8)]
    for gene in single:
        # Some are written with the control beside them.
        label = f"{name(gene)}+Non-Targeting" if gene == 4 else name(gene)
        conditions.append((label, effects[gene], 3))
    for a, b in pairs:
        conditions.append((f"{name(a)}+{name(b)}", effects[a] + effects[b], 2))
    labels, columns = [], []
    for label, change, n in conditions:
        for _ in range(n):
            labels.append(label)
            columns.append(level + change + 0.3 * r.normal(size=n_genes))
    # The same pair in another order, one sample that names nothing, one gene with a gap.
    labels[-1] = "G10+G9"
    labels.append("")
    columns.append(level)
    order = r.permutation(len(labels))
    rows = numpy.round(numpy.array(columns).T[:, order] * 16) / 16
    rows = rows.tolist()
    rows[50][3] = None
    return {
        "genes": genes,
        "samples": [f"cell{at}" for at in range(len(labels))],
        "rows": rows,
        "sample_annotations": {"guide": [labels[at] for at in order]},
    }


# --- the analysis --------------------------------------------------------------------------------


def conditions_of(labels, control):
    found = {}
    for at, label in enumerate(labels):
        if label and label != control:
            parts = tuple(sorted({part for part in label.split("+") if part != control}))
            found.setdefault(parts, (label, []))[1].append(at)
    # In the order in which labels appear first.
    return [(parts, samples) for parts, (_, samples) in found.items()]


def deal(perturbations, folds, seed):
    random = Random(seed)
    order = []
    for is_pair in (False, True):
        such = [at for at, (parts, _) in enumerate(perturbations) if (len(parts) > 1) == is_pair]
        random.shuffle(such)
        order += such
    parts = [0] * len(perturbations)
    for place, at in enumerate(order):
        parts[at] = place % folds
    return parts


def linear(y, control, embedding_of, training, held, components, ridge):
    """y: genes × perturbations; embedding_of gives the row of G of a perturbation, or None."""
    data = numpy.column_stack([control, y[:, training]])
    u, s, _ = numpy.linalg.svd(data - data.mean(0), full_matrices=False)
    k = min(components, data.shape[1])
    g = u[:, :k] * s[:k]
    places = {at: embedding_of(g, at) for at in range(y.shape[1])}
    matched = [at for at in training if places[at] is not None]
    change = numpy.column_stack([numpy.zeros(len(control))] + [y[:, at] - control for at in matched])
    p = numpy.array([numpy.zeros(k)] + [places[at] for at in matched])
    b = change.mean(1)
    eye = ridge * numpy.eye(k)
    left = numpy.linalg.solve(g.T @ g + eye, g.T @ (change - b[:, None]) @ p)
    w = left @ numpy.linalg.inv(p.T @ p + eye)
    return {at: None if places[at] is None else g @ w @ places[at] + b for at in held}


def baselines(data, control_name, parameters):
    rows = numpy.array([[math.nan if v is None else v for v in row] for row in data["rows"]])
    complete = ~numpy.isnan(rows).any(1)
    genes = [gene for gene, keep in zip(data["genes"], complete) if keep]
    rows = rows[complete]
    labels = data["sample_annotations"]["guide"]
    perturbations = conditions_of(labels, control_name)

    def average(samples):
        return rows[:, samples].mean(1).astype(numpy.float32).astype(float)

    control = average([at for at, label in enumerate(labels) if label == control_name])
    y = numpy.column_stack([average(samples) for _, samples in perturbations])
    top = numpy.sort(numpy.argsort(-control, kind="stable")[: parameters["top_genes"]])
    folds = deal(perturbations, parameters["folds"], parameters["seed"])
    row_of = {gene: at for at, gene in enumerate(genes)}
    index = {parts: at for at, (parts, _) in enumerate(perturbations)}

    def embedding_of(g, at):
        parts = perturbations[at][0]
        if any(gene not in row_of for gene in parts):
            return None
        return sum(g[row_of[gene]] for gene in parts)

    rows_out = {}
    is_pair = [len(parts) > 1 for parts, _ in perturbations]
    rounds = [(fold, pairs) for fold in range(parameters["folds"]) for pairs in (False, True)]
    for fold, pairs in rounds:
        held = [at for at in range(len(folds)) if folds[at] == fold and is_pair[at] == pairs]
        training = [at for at in range(len(folds)) if at not in held]
        if not pairs:
            unseen = {perturbations[at][0][0] for at in held}
            training = [at for at in training if not unseen & set(perturbations[at][0])]
        if not held:
            continue
        by_line = linear(
            y, control, embedding_of, training, held, parameters["components"], parameters["ridge"]
        )
        for at in held:
            parts = perturbations[at][0]
            singles = [index.get((gene,)) for gene in parts]
            is_additive = len(parts) > 1 and all(one in training for one in singles)
            predicted = {
                "no_change": numpy.zeros(len(control)),
                "mean": y[:, training].mean(1) - control,
                "additive": sum(y[:, one] - control for one in singles) if is_additive else None,
                "linear": by_line[at],
            }
            observed = (y[:, at] - control)[top]
            for method in METHODS:
                if predicted[method] is not None:
                    change = predicted[method][top]
                    r = stats.pearsonr(change, observed).statistic if change.any() else math.nan
                    rows_out[at, method] = (numpy.sqrt(((change - observed) ** 2).sum()), r)
    return perturbations, folds, rows_out


def tables(perturbations, folds, found):
    order = sorted(found, key=lambda key: (key[0], METHODS.index(key[1])))
    detail = {
        "perturbation": ["+".join(perturbations[at][0]) for at, _ in order],
        "n_samples": [len(perturbations[at][1]) for at, _ in order],
        "method": [method for _, method in order],
        "l2": [found[key][0] for key in order],
        "pearson_delta": [found[key][1] for key in order],
        "fold": [folds[at] + 1 for at, _ in order],
    }
    names = ["method", "n", "mean_l2", "sd_l2", "median_pearson_delta", "n_closer", "n_farther", "p_value"]
    summary = {name: [] for name in names}
    for method in METHODS:
        own = [at for at, other in order if other == method]
        l2 = numpy.array([found[at, method][0] for at in own])
        r = numpy.array([found[at, method][1] for at in own])
        mean = numpy.array([found[at, "mean"][0] for at in own])
        closer, farther = int((l2 < mean).sum()), int((l2 > mean).sum())
        p = stats.binomtest(farther, closer + farther, 0.5).pvalue if closer + farther else 1.0
        r = r[~numpy.isnan(r)]
        values = [
            method, len(own), l2.mean(), l2.std(ddof=1), numpy.median(r) if len(r) else math.nan,
            closer, farther, math.nan if method == "mean" else p,
        ]  # fmt: skip
        for name, value in zip(names, values):
            summary[name].append(value)
    return {"methods": summary, "perturbations": detail}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(inner) for inner in value]
    if isinstance(value, (float, numpy.floating)):
        return None if math.isnan(value) else float(value)
    return int(value) if isinstance(value, numpy.integer) else value


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(plain(content), indent=1) + "\n")


def case(name, data, **changed):
    defaults = {"folds": 5, "top_genes": 1000, "components": 10, "ridge": 0.1, "seed": 0}
    found = baselines(data, "Non-Targeting", {**defaults, **changed})
    control = {} if name == "default" else {"control": "Non-Targeting"}
    write(
        FOLDER / "perturbation_baselines" / f"{name}.json",
        {
            "source": SOURCE,
            "command": "python tests/golden/make/perturbation_baselines.py",
            "script": "make/perturbation_baselines.py",
            "input": {"file": INPUT, "sha256": hashlib.sha256((FOLDER / INPUT).read_bytes()).hexdigest()},
            "tolerance": {"rel": 1e-6, "abs": 1e-6, "why": "averages and changes are stored as f32"},
            "run": "perturbation_baselines",
            "of": ["cells"],
            "with": {"column": "guide", **control, **changed},
            "values": {"tables": tables(*found)},
        },
    )


DATA = simulated()
write(FOLDER / INPUT, {"datasets": {"cells": DATA}, "tables": {}})
case("default", DATA)
case("few_components", DATA, folds=3, top_genes=30, components=3, ridge=2.5, seed=9)
