"""Writes tests/golden/analyses/transforms_input.json, and what the transforms made of it must give.

Run from the root of the repository, after analyses.py: python tests/golden/make/transforms.py
Made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1, pandas 3.1.1, scikit-learn 1.9.1. Values of the
input are multiples of 1/16, so that f32 holds them exactly.
"""

import hashlib
import json
import math
import os
import platform

import numpy
import pandas
import scipy
import sklearn

FOLDER = "tests/golden/analyses/"
SOURCE = (
    f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}, "
    f"pandas {pandas.__version__}, scikit-learn {sklearn.__version__}"
)
NARROW = {
    "rel": 1e-6,
    "abs": 1e-6,
    "why": "a data set is stored as f32, 2^-24 relative; expected values are f64",
}


def plain(value):
    """NaN as null, NumPy numbers as Python numbers."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray, pandas.Series, pandas.Index)):
        return [plain(inner) for inner in value]
    if isinstance(value, (float, numpy.floating)):
        return None if math.isnan(value) else float(value)
    if isinstance(value, numpy.integer):
        return int(value)
    return value


def write(path, content):
    os.makedirs(os.path.dirname(FOLDER + path), exist_ok=True)
    with open(FOLDER + path, "w") as file:
        json.dump(plain(content), file, indent=1)
        file.write("\n")


# --- the input -----------------------------------------------------------------------------------


def frame_of(content):
    rows = [[math.nan if value is None else value for value in row] for row in content["rows"]]
    return pandas.DataFrame(rows, content["genes"], content["samples"], dtype=float)


def matrix(frame):
    return {"genes": list(frame.index), "samples": list(frame.columns), "rows": frame.values.tolist()}


def sixteenths(values):
    return numpy.round(numpy.asarray(values) * 16) / 16


random = numpy.random.default_rng(20100302)
with open(FOLDER + "input.json") as file:
    base = json.load(file)["datasets"]
a, counts = frame_of(base["a"]), frame_of(base["counts"])
GENES, SAMPLES = list(a.index), list(a.columns)

# Lengths: another order, one gene not there, one without a length, one twice with equal lengths.
length_rows = [
    {"id": gene, "length": float(length), "span": float(length * 3 + 100), "symbol": f"SYM{at}"}
    for at, (gene, length) in enumerate(zip(GENES, random.integers(200, 9000, 14)))
][::-1]
length_rows = [row for row in length_rows if row["id"] != GENES[3]]
length_rows[2]["length"] = math.nan
length_rows.append(length_rows[5])
lengths = pandas.DataFrame(length_rows).set_index("id")

INPUT = {
    "datasets": {"a": base["a"], "counts": base["counts"]},
    "tables": {
        "lengths": {"ids": list(lengths.index), "columns": lengths.to_dict("list")},
        "stable_lengths": {
            "ids": [gene.split(".")[0] for gene in lengths.index],
            "columns": {"kilobases": list(lengths["span"] / 1000)},
        },
    },
}
write("transforms_input.json", INPUT)
INPUT_HASH = hashlib.sha256(open(FOLDER + "transforms_input.json", "rb").read()).hexdigest()


def case(name, run, of, parameters, values, command, tolerance=NARROW):
    write(
        f"{run}/{name}.json",
        {
            "source": SOURCE,
            "command": command,
            "script": "make/transforms.py",
            "input": {"file": "transforms_input.json", "sha256": INPUT_HASH},
            "tolerance": tolerance,
            "run": run,
            "of": of,
            "with": parameters,
            "values": values,
        },
    )


def dataset(frame, **tables):
    return {"dataset": matrix(frame), "tables": tables}


# --- length_normalize ----------------------------------------------------------------------------

once = lengths[~lengths.index.duplicated()]
length = once["length"].reindex(GENES)
kept = length.notna().values
rate = counts[kept].div(length[kept], axis=0)
missing = {"gene": [gene for gene, is_kept in zip(GENES, kept) if not is_kept]}
case("tpm", "length_normalize", ["counts"], {"lengths": "lengths", "column": "length"},
     dataset(rate / rate.sum() * 1e6, dropped=missing), "rate / rate.sum() * 1e6, rate = counts / length")
case("divide", "length_normalize", ["a"], {"how": "divide", "lengths": "lengths", "column": "length"},
     dataset(a[kept].div(length[kept], axis=0), dropped=missing), "frame.div(length, axis=0)",
     {"rel": 1e-6, "abs": 0, "why": "a data set is stored as f32, 2^-24 relative; expected values are f64"})
span = (once["span"] / 1000).reindex(GENES)
known = span.notna().values
case("divide_by_kilobases", "length_normalize", ["a"],
     {"how": "divide", "lengths": "stable_lengths", "strip_version": True, "unit": "kb"},
     dataset(a[known].div(span[known], axis=0), dropped={"gene": [GENES[3]]}), "frame.div(kilobases, axis=0)")
