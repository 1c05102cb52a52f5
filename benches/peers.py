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
import scipy.stats
from sklearn.decomposition import PCA

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
        cross_study_scipy,
        pca_sklearn,
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
