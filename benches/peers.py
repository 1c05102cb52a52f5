"""The peers from PyPI, as a contestant of `cargo xtask bench`.

Reads one JSON request per line, `{"task": NAME}`, and answers each with one line:
`{"seconds": ..., "peak_bytes": ..., "answer": [numbers]}`.
What is measured is the call alone: the input is in memory, or in the page cache where a task is
called `..._file`, and the answer is made after the clock has stopped.
"""

import io
import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import qnorm
import scipy.cluster.hierarchy
import scipy.spatial.distance
import scipy.stats
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from threadpoolctl import threadpool_limits

FOLDER = Path(sys.argv[1])
SHAPES = json.loads((FOLDER / "shapes.json").read_text())
INPUTS = {}


def input_of(name, make):
    """The input of that name, made at its first use and kept."""
    if name not in INPUTS:
        INPUTS[name] = make()
    return INPUTS[name]


def table_bytes():
    return input_of("table", lambda: (FOLDER / "table.tsv").read_bytes())


def matrix():
    n_rows, n_columns = SHAPES["table"]
    make = lambda: np.fromfile(FOLDER / "table.f32", dtype="<f4").reshape(n_rows, n_columns)
    return input_of("matrix", make)


def profiles(name):
    """Profiles × genes, so that each profile is contiguous."""
    n_genes, n_profiles = SHAPES["study"]
    make = lambda: np.ascontiguousarray(
        np.fromfile(FOLDER / f"{name}.f32", dtype="<f4").reshape(n_genes, n_profiles).T
    ).astype(np.float64)
    return input_of(name, make)


def sampled(values):
    """Rows, columns, the sum, and every 99,991st value."""
    values = np.asarray(values, dtype=np.float64)
    return [*values.shape, float(values.sum()), *values.ravel()[::99_991].tolist()]


def parse_pandas():
    data = table_bytes()
    start = time.perf_counter()
    frame = pd.read_csv(io.BytesIO(data), sep="\t", index_col=0)
    return time.perf_counter() - start, frame, lambda: sampled(frame.to_numpy())


def parse_pandas_file():
    start = time.perf_counter()
    frame = pd.read_csv(FOLDER / "table.tsv", sep="\t", index_col=0)
    return time.perf_counter() - start, frame, lambda: sampled(frame.to_numpy())


def parse_polars():
    data = table_bytes()
    start = time.perf_counter()
    frame = pl.read_csv(data, separator="\t")
    return time.perf_counter() - start, frame, lambda: sampled(frame[:, 1:].to_numpy())


def parse_polars_file():
    start = time.perf_counter()
    frame = pl.read_csv(FOLDER / "table.tsv", separator="\t")
    return time.perf_counter() - start, frame, lambda: sampled(frame[:, 1:].to_numpy())


def quantile_qnorm():
    data = matrix()
    start = time.perf_counter()
    result = qnorm.quantile_normalize(data)
    return time.perf_counter() - start, result, lambda: sampled(result)


def quantile_wide_qnorm():
    def make():
        n_genes, n_samples = SHAPES["samples"]
        return np.fromfile(FOLDER / "samples.f32", dtype="<f4").reshape(n_genes, n_samples)

    data = input_of("wide", make)
    start = time.perf_counter()
    result = qnorm.quantile_normalize(data)
    return time.perf_counter() - start, result, lambda: sampled(result)


def quantile_qnorm_two():
    data = matrix()
    start = time.perf_counter()
    result = qnorm.quantile_normalize(data, ncpus=2)
    return time.perf_counter() - start, result, lambda: sampled(result)


def cross_study_scipy():
    a, b = profiles("study_a"), profiles("study_b")
    start = time.perf_counter()
    rows = [
        (*scipy.stats.pearsonr(x, y), *scipy.stats.spearmanr(x, y)) for x, y in zip(a, b)
    ]
    seconds = time.perf_counter() - start
    answer = lambda: [len(rows), *[float(row[0]) for row in rows], *[float(row[2]) for row in rows]]
    return seconds, rows, answer


def samples():
    """Samples × genes, as scikit-learn wants them."""
    n_genes, n_samples = SHAPES["samples"]
    make = lambda: np.ascontiguousarray(
        np.fromfile(FOLDER / "samples.f32", dtype="<f4").reshape(n_genes, n_samples).T
    )
    return input_of("samples", make)


def pca_sklearn():
    data = samples()
    start = time.perf_counter()
    pca = PCA(50, svd_solver="randomized", random_state=0)
    scores = pca.fit_transform(data)
    seconds = time.perf_counter() - start
    sums = lambda: np.abs(scores.astype(np.float64)).sum(axis=0).tolist()
    return seconds, scores, lambda: [*pca.explained_variance_.tolist(), *sums()]


def welch_scipy():
    def make():
        values = matrix()[:, :200].astype(np.float64)
        return np.ascontiguousarray(values[:, ::2]), np.ascontiguousarray(values[:, 1::2])

    a, b = input_of("two_groups", make)
    start = time.perf_counter()
    test = scipy.stats.ttest_ind(b, a, axis=1, equal_var=False)
    adjusted = scipy.stats.false_discovery_control(test.pvalue)
    seconds = time.perf_counter() - start
    answer = lambda: [len(a), *test.statistic[::50].tolist(), *np.log(test.pvalue[::50]).tolist()]
    return seconds, adjusted, answer


def counts():
    n_genes, n_samples = SHAPES["counts"]
    make = lambda: np.fromfile(FOLDER / "counts.f32", dtype="<f4").reshape(n_genes, n_samples).astype(np.float64)
    return input_of("counts", make)


HALF_WINDOW = 50


def signals(values):
    """What a gene's own values say, and the samples of its window."""
    mean, sd = values.mean(axis=1), values.std(axis=1, ddof=1)
    zeros = (values == 0).mean(axis=1)
    signal = np.percentile(values, 95, axis=1)
    snr = np.percentile((1 + values) / (1 + mean[:, None]), 95, axis=1)
    center = int(0.95 * (values.shape[1] + 1))
    order = np.argsort(values, axis=1, kind="stable")
    windows = order[:, center - HALF_WINDOW : center + HALF_WINDOW]
    return (mean, sd, zeros, signal, snr), windows


def co_rank(snr, mean_cosine):
    return (scipy.stats.rankdata(-snr) + scipy.stats.rankdata(-mean_cosine)) / 2


def metrics_answer(n_genes, mean_cosine, snr, sd):
    return [n_genes, *mean_cosine.tolist(), *snr[::50].tolist(), *sd[::50].tolist()]


def gene_metrics_numpy():
    """As the reference does: for each gene the cosines of its samples. One gene in 50 is done, and
    its time counted 50 times: all of them would take minutes."""
    values = counts()
    start = time.perf_counter()
    (_, sd, _, _, snr), windows = signals(values)
    unit = np.ascontiguousarray((values / np.linalg.norm(values, axis=0)).T)
    pairs = np.triu_indices(2 * HALF_WINDOW, 1)
    before_loop = time.perf_counter()
    mean_cosine = []
    for window in windows[::50]:
        profiles = unit[window]
        mean_cosine.append((profiles @ profiles.T)[pairs].mean())
    mean_cosine = np.array(mean_cosine)
    now = time.perf_counter()
    seconds = before_loop - start + 50 * (now - before_loop)
    return seconds, mean_cosine, lambda: metrics_answer(len(values), mean_cosine, snr, sd)


def gene_metrics_numpy_pairs():
    """With the cosines of all pairs of samples computed once."""
    values = counts()
    start = time.perf_counter()
    (_, sd, _, _, snr), windows = signals(values)
    unit = values / np.linalg.norm(values, axis=0)
    cosines = unit.T @ unit
    n = 2 * HALF_WINDOW
    trace = np.diagonal(cosines)
    sums = np.array([cosines[np.ix_(window, window)].sum() - trace[window].sum() for window in windows])
    mean_cosine = sums / (n * (n - 1))
    ranks = co_rank(snr, mean_cosine)
    seconds = time.perf_counter() - start
    return seconds, ranks, lambda: metrics_answer(len(values), mean_cosine[::50], snr, sd)
def linkage_scipy():
    make = lambda: scipy.spatial.distance.pdist(matrix()[:4_000, :30].astype(np.float64))
    distances = input_of("distances", make)
    start = time.perf_counter()
    tree = scipy.cluster.hierarchy.linkage(distances, "average")
    seconds = time.perf_counter() - start
    heights = tree[:, 2]
    return seconds, tree, lambda: [len(tree), float(heights.sum()), *heights[::97].tolist()]


def few_samples():
    """Samples × genes with kinds planted into some genes, as our task does, and the kinds."""

    def make():
        values = matrix().copy()
        for gene in range(0, len(values), 50):
            values[gene, gene // 50 % 4 :: 4] += np.float32(1.4)
        return np.ascontiguousarray(values.T), np.arange(values.shape[1]) % 4

    return input_of("few_samples", make)


def many_samples():
    n_genes, n_samples = SHAPES["kinds"]
    make = lambda: np.ascontiguousarray(
        np.fromfile(FOLDER / "kinds.f32", dtype="<f4").reshape(n_genes, n_samples).T
    )
    return input_of("kinds", make)


def grown(x, y):
    start = time.perf_counter()
    forest = RandomForestClassifier(500, oob_score=True, n_jobs=2, random_state=0).fit(x, y)
    seconds = time.perf_counter() - start
    return seconds, forest, lambda: [len(forest.estimators_), float(forest.oob_score_)]


def forest_sklearn():
    return grown(*few_samples())


def forest_many_sklearn():
    x = many_samples()[:5_000]
    return grown(x, np.arange(len(x)) % 8)


def forest_predict_sklearn():
    x = many_samples()
    kinds = np.arange(len(x)) % 8
    fit = lambda: RandomForestClassifier(500, n_jobs=2, random_state=0).fit(x[:5_000], kinds[:5_000])
    forest = input_of("forest", fit)
    start = time.perf_counter()
    probabilities = forest.predict_proba(x)
    seconds = time.perf_counter() - start
    right = lambda: float((probabilities.argmax(axis=1) == kinds).mean())
    return seconds, probabilities, lambda: [len(x), right()]


class Layers:
    """Dense layers with leaky rectifiers between them, and Adam: what our GAN is made of."""

    def __init__(self, sizes, rng):
        shapes = list(zip(sizes[1:], sizes[:-1]))
        weights = [(rng.standard_normal(s) * np.sqrt(2 / s[1])).astype(np.float32) for s in shapes]
        self.parameters = weights + [np.zeros(s[0], np.float32) for s in shapes]
        self.moments = [[np.zeros_like(p), np.zeros_like(p)] for p in self.parameters]
        self.n_layers, self.n_steps = len(shapes), 0

    def forward(self, x):
        self.inputs, self.slopes = [x], []
        for layer in range(self.n_layers):
            x = x @ self.parameters[layer].T + self.parameters[self.n_layers + layer]
            if layer < self.n_layers - 1:
                self.slopes.append(np.where(x > 0, np.float32(1), np.float32(0.2)))
                x = x * self.slopes[-1]
                self.inputs.append(x)
        return x

    def backward(self, d):
        weights, biases, self.deltas = [None] * self.n_layers, [None] * self.n_layers, [None] * self.n_layers
        for layer in reversed(range(self.n_layers)):
            if layer < self.n_layers - 1:
                d = d * self.slopes[layer]
            self.deltas[layer] = d
            weights[layer], biases[layer] = d.T @ self.inputs[layer], d.sum(0)
            d = d @ self.parameters[layer]
        return d, weights + biases

    def step(self, gradients):
        self.n_steps += 1
        scales = np.float32(1 - 0.5**self.n_steps), np.float32(1 - 0.9**self.n_steps)
        for p, g, (m, v) in zip(self.parameters, gradients, self.moments):
            m *= np.float32(0.5)
            m += np.float32(0.5) * g
            v *= np.float32(0.9)
            v += np.float32(0.1) * g * g
            p -= np.float32(5e-4) * (m / scales[0]) / (np.sqrt(v / scales[1]) + np.float32(1e-8))


def gan_numpy():
    def make():
        x = matrix()[:50, :300].T.astype(np.float32)
        return np.ascontiguousarray((x - x.mean(0)) / x.std(0)), np.arange(300) % 25

    x, labels = input_of("examples", make)
    start = time.perf_counter()
    rng = np.random.default_rng(0)
    n, k, hidden, n_noise = 64, 50, 64, 16
    flags = np.eye(25, dtype=np.float32)
    generator, critic = Layers([n_noise + 25, hidden, hidden, k], rng), Layers([k + 25, hidden, hidden, 1], rng)
    ones = np.ones((n, 1), np.float32)

    def fakes():
        at = rng.integers(0, len(x), n)
        noise = rng.standard_normal((n, n_noise)).astype(np.float32)
        return at, flags[labels[at]], generator.forward(np.hstack([noise, flags[labels[at]]]))

    losses = []
    for _ in range(2_000):
        for _ in range(3):
            at, known, fake = fakes()
            real = critic.forward(np.hstack([x[at], known]))
            _, of_real = critic.backward(-ones / n)
            made = critic.forward(np.hstack([fake, known]))
            _, of_made = critic.backward(ones / n)
            share = rng.random((n, 1)).astype(np.float32)
            between = np.hstack([share * x[at] + (1 - share) * fake, known])
            critic.forward(between)
            slope, _ = critic.backward(ones)
            slope = slope[:, :k]
            length = np.sqrt((slope * slope).sum(1, keepdims=True) + np.float32(1e-12))
            t = np.zeros_like(between)
            t[:, :k] = 20 * (length - 1) / length * slope / n
            penalty = []
            for layer in range(3):
                penalty.append(critic.deltas[layer].T @ t)
                t = t @ critic.parameters[layer].T
                if layer < 2:
                    t = t * critic.slopes[layer]
            sums = [a + b for a, b in zip(of_real, of_made)]
            critic.step([sums[at] + penalty[at] if at < 3 else sums[at] for at in range(6)])
            losses.append(float(made.mean() - real.mean()))
        _, known, fake = fakes()
        critic.forward(np.hstack([fake, known]))
        d, _ = critic.backward(-ones / n)
        _, gradients = generator.backward(np.ascontiguousarray(d[:, :k]))
        generator.step(gradients)
    seconds = time.perf_counter() - start
    return seconds, generator, lambda: [generator.n_steps, float(np.isfinite(losses).all())]


def scattered(shape, seed):
    """Numbers between -0.035 and 0.035, as `benches/tasks.rs` scatters them."""
    at = np.arange(np.prod(shape), dtype=np.uint64) + np.uint64(seed * 1_000_003)
    mixed = (at * np.uint64(2_654_435_761) % np.uint64(1 << 32)) >> np.uint64(8)
    return (mixed / (1 << 24) * 0.07 - 0.035).astype(np.float32).reshape(shape)


def encoder_weights():
    """The shape of Geneformer's first version: what is asked for in turn."""
    d, f, n = 256, 512, 2048
    shapes = [(n, d), (n, d), (2, d), "norm"]
    shapes += 6 * [(d, d), (d, d), (d, d), (d, d), (f, d), (d, f), "norm", "norm"]
    weights, seed = [], 0
    for shape in shapes:
        if shape == "norm":
            weights.append((np.ones(d, np.float32), scattered((d,), seed + 1)))
            seed += 2
        elif len(weights) < 3:
            weights.append(scattered(shape, seed))
            seed += 1
        else:
            weights.append((scattered(shape, seed), scattered(shape[:1], seed + 1)))
            seed += 2
    return weights


def layer_norm(x, weight, bias):
    x = x - x.mean(1, keepdims=True)
    return x / np.sqrt((x * x).mean(1, keepdims=True) + np.float32(1e-12)) * weight + bias


def encoded(tokens, seen):
    """The states behind the layer before the last; tokens that are not seen are keys of none."""
    words, places, types, norm, *layers = input_of("encoder", encoder_weights)
    n_heads, size = 4, 64
    x = layer_norm(words[tokens] + places[: len(tokens)] + types[0], *norm)
    for at in range(0, 8 * 5, 8):
        query, key, value, attended, inner, outer, first_norm, second_norm = layers[at : at + 8]
        q, k, v = (x @ weight.T + bias for weight, bias in (query, key, value))
        k, v = (k, v) if seen.all() else (k[seen], v[seen])
        mixed = np.empty_like(x)
        for head in range(n_heads):
            own = slice(head * size, (head + 1) * size)
            scores = q[:, own] @ k[:, own].T
            scores *= np.float32(1 / 8)
            scores -= scores.max(1, keepdims=True)
            np.exp(scores, out=scores)
            sums = scores.sum(1, keepdims=True)
            mixed[:, own] = scores @ v[:, own] / sums
        x = layer_norm(x + mixed @ attended[0].T + attended[1], *first_norm)
        bent = np.maximum(x @ inner[0].T + inner[1], 0)
        x = layer_norm(x + bent @ outer[0].T + outer[1], *second_norm)
    return x


def encoder_numpy():
    input_of("encoder", encoder_weights)
    tokens = np.arange(2048) * 1021 % 2048
    start = time.perf_counter()
    x = encoded(tokens, np.ones(2048, bool))
    seconds = time.perf_counter() - start
    rows = np.abs(x[::64].astype(np.float64))
    return seconds, x, lambda: [x.size, *rows.sum(1).tolist()]


def encoder_numpy_one():
    with threadpool_limits(1):
        return encoder_numpy()


def cells():
    make = lambda: np.fromfile(FOLDER / "cells.f32", dtype="<f4").reshape(SHAPES["cells"])
    return input_of("cells", make).astype(np.float64)


def one_minus_cosine(x, y):
    """Row by row, in double precision."""
    x, y = (values / np.linalg.norm(values, axis=1, keepdims=True) for values in (x, y))
    return ((x - y) ** 2).sum(1) / 2


def knock_out_numpy():
    """Ten of a hundred cells are done, and their time counted ten times."""
    input_of("encoder", encoder_weights)
    counts, n_known, knocked_out, n_cells = cells(), 1_000, 500, 10
    start = time.perf_counter()
    per_cell = counts / counts.sum(0) * 10_000
    values = per_cell[:n_known] / (50.0 + np.arange(n_known))[:, None]
    effects = []
    for cell in range(n_cells):
        genes = np.argsort(-values[:, cell], kind="stable")
        seen = genes != knocked_out
        before, after = (encoded(genes + 2, who) for who in (np.ones(n_known, bool), seen))
        pair = (states[seen].astype(np.float64) for states in (before, after))
        effects.append(one_minus_cosine(*pair).mean())
    seconds = (time.perf_counter() - start) * counts.shape[1] / n_cells
    return seconds, effects, lambda: [counts.shape[1], *effects]


def all_effects(x, temperature=0.1):
    """1 − cosine of each vector (column) without each other (row), by the closed form."""
    scores = x @ x.T
    weights = np.exp(scores / temperature)
    np.fill_diagonal(weights, 0)
    totals = weights.sum(1)
    c = weights @ x / totals[:, None]
    h = x + c
    hh, hc, cc = ((a * b).sum(1) for a, b in ((h, h), (h, c), (c, c)))
    seen = x @ c.T
    left = totals - weights
    along = weights * (hc - scores - seen)
    square = weights * weights * (cc - 2 * seen + (x * x).sum(1)[:, None])
    lengths = hh * (hh * left * left + 2 * along * left + square)
    over = np.maximum(hh * square - along * along, 0)
    effects = over / (lengths + (hh * left + along) * np.sqrt(lengths))
    np.fill_diagonal(effects, np.nan)
    return effects


def rank_context_numpy():
    counts = cells()
    (n_genes, n_cells), n_dims, n_kept, reach = counts.shape, 64, 20, 10
    start = time.perf_counter()
    per_cell = counts / counts.sum(0) * 10_000
    medians = np.median(per_cell, axis=1)
    y = np.log1p(per_cell).astype(np.float32).astype(np.float64)
    z = (y - y.mean(1, keepdims=True)) / y.std(1, keepdims=True)
    u, s, _ = np.linalg.svd(z / np.sqrt(n_cells), full_matrices=False)
    genes = u[:, :n_dims] * s[:n_dims]
    genes /= np.linalg.norm(genes, axis=1, keepdims=True)
    orders = [np.argsort(-per_cell[:, cell] / medians, kind="stable") for cell in range(n_cells)]
    sums = np.zeros((n_genes, n_genes))
    for order in orders:
        sums[np.ix_(order, order)] += np.nan_to_num(all_effects(genes[order]))
    means = sums / n_cells
    np.fill_diagonal(means, -1)
    kept = np.argsort(-means, axis=1, kind="stable")[:, :n_kept]
    # Beside the same of the genes within ten ranks.
    sum_z, n_z = np.zeros((n_genes, n_kept)), np.zeros((n_genes, n_kept))
    offsets = np.delete(np.arange(-reach, reach + 1), reach)
    for order in orders:
        effects = all_effects(genes[order])
        place = np.empty(n_genes, int)
        place[order] = np.arange(n_genes)
        looked_at = place[kept]
        near = place[:, None] + offsets
        is_there = (near >= 0) & (near < n_genes)
        draws = effects[np.where(is_there, near, 0)[:, None, :], looked_at[:, :, None]]
        draws = np.where(is_there[:, None, :], draws, np.nan)
        own = effects[place[:, None], looked_at]
        scores = (own - np.nanmean(draws, axis=2)) / np.nanstd(draws, axis=2, ddof=1)
        sum_z += scores
        n_z += 1
    z = sum_z / n_z
    seconds = time.perf_counter() - start
    some = slice(0, n_genes, 50)
    mean = sums.sum(1) / (n_cells * (n_genes - 1))
    largest = means[np.arange(n_genes), kept[:, 0]]
    return seconds, z, lambda: [n_genes, *mean[some], *largest[some], *z[some, 0]]


def memory(field):
    """A field of /proc/self/status in bytes; 0 where there is none."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def reset_peak():
    """Makes the peak start again from what is held now (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


TASKS = {
    task.__name__: task
    for task in (
        parse_pandas,
        parse_pandas_file,
        parse_polars,
        parse_polars_file,
        quantile_qnorm,
        quantile_qnorm_two,
        quantile_wide_qnorm,
        cross_study_scipy,
        linkage_scipy,
        pca_sklearn,
        welch_scipy,
        gene_metrics_numpy,
        gene_metrics_numpy_pairs,
        gan_numpy,
        encoder_numpy,
        encoder_numpy_one,
        knock_out_numpy,
        rank_context_numpy,
        forest_sklearn,
        forest_many_sklearn,
        forest_predict_sklearn,
    )
}

for line in sys.stdin:
    request = json.loads(line)
    table_bytes() if request["task"].startswith("parse") else None
    reset_peak()
    before = memory("VmRSS")
    seconds, result, answer = TASKS[request["task"]]()
    peak = max(0, memory("VmHWM") - before)
    reply = {"seconds": seconds, "peak_bytes": peak, "answer": answer()}
    del result
    print(json.dumps(reply), flush=True)
