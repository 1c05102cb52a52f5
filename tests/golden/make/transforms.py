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
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.metrics.pairwise import nan_euclidean_distances
from sklearn.preprocessing import StandardScaler

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

# A reference of other samples, another order, two genes less and two of its own, with ties and a gap.
reference = pandas.DataFrame(
    sixteenths(random.normal(7, 2, (14, 5))), GENES[2:][::-1] + ["other0", "other1"],
    [f"reference{i}" for i in range(5)],
)
reference.iloc[4, 1] = reference.iloc[8, 1]
reference.iloc[6, 3] = math.nan

# Four arrays of two channels; the dyes of the second and fourth are swapped.
channels = pandas.DataFrame(
    sixteenths(numpy.exp2(random.normal(8, 2, (14, 8)))) + 1 / 16, GENES,
    [f"{array}.{dye}" for array in "ABCD" for dye in ["Cy3", "Cy5"]],
)
channels.iloc[3, 2] = math.nan
channel_annotations = {
    "array": [name.split(".")[0] for name in channels],
    "dye": [name.split(".")[1] for name in channels],
    "holds": ["wild type", "gcn4", "met4", "wild type", "wild type", "gcn4", "met4", "wild type"],
}

# Genes of three kinds with gaps; one without any value.
kinds = random.normal(0, 2, (3, 9))
gapped = pandas.DataFrame(
    sixteenths(kinds[[0, 1, 2] * 8] + random.normal(0, 0.5, (24, 9))),
    [f"gene{i}" for i in range(24)], [f"s{i}" for i in range(9)],
)
gapped = gapped.mask(random.uniform(size=gapped.shape) < 0.2)
gapped.iloc[11] = math.nan

INPUT = {
    "datasets": {
        "a": base["a"],
        "counts": base["counts"],
        "reference": matrix(reference),
        "channels": matrix(channels) | {"sample_annotations": channel_annotations},
        "gapped": matrix(gapped),
    },
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

# --- log_ratio -----------------------------------------------------------------------------------

ratios, pairs = {}, {"array": [], "sample": [], "reference": [], "sample_dye": []}
for array in "ABCD":
    two = [name for name, of in zip(channels, channel_annotations["array"]) if of == array]
    sample, wild_type = sorted(two, key=lambda name: channel_annotations["holds"][list(channels).index(name)] == "wild type")
    ratios[array] = numpy.log2(channels[sample] / channels[wild_type])
    for key, value in zip(pairs, [array, sample, wild_type, sample.split(".")[1]]):
        pairs[key].append(value)
case("dye_swap", "log_ratio", ["channels"],
     {"reference": ["wild type"], "channel": "holds", "array": "array", "dye": "dye"},
     dataset(pandas.DataFrame(ratios), arrays=pairs), "log2(sample / reference) by the annotation")
listed = pandas.DataFrame({name: numpy.log2(channels[name] / channels["A.Cy3"]) for name in ["D.Cy5", "B.Cy3"]})
case("columns", "log_ratio", ["channels"], {"sample": ["D.Cy5", "B.Cy3"], "reference": ["A.Cy3"]},
     dataset(listed), "log2(frame[sample] / frame[reference])")

# --- impute, center_scale ------------------------------------------------------------------------

present = gapped.dropna(how="all")
filled_tables = {
    "imputed": {"gene": [gene for gene in present.index if present.loc[gene].isna().any()],
                "n_missing": [int(n) for n in present.isna().sum(axis=1) if n > 0]},
    "dropped": {"gene": ["gene11"]},
}


def imputed(values):
    return dataset(pandas.DataFrame(values, present.index, present.columns), **filled_tables)


case("gene_mean", "impute", ["gapped"], {}, imputed(SimpleImputer().fit_transform(present.T).T),
     "SimpleImputer().fit_transform(frame.T).T")
for k in [1, 3, 10]:
    case(f"knn_{k}", "impute", ["gapped"], {"how": "knn", "k": k},
         imputed(KNNImputer(n_neighbors=k).fit_transform(present)),
         f"KNNImputer(n_neighbors={k}).fit_transform(frame)")
training = list(gapped.columns[:6])
case("gene_mean_of_training", "impute", ["gapped"], {"fit": training},
     imputed(SimpleImputer().fit(present[training].T.values).statistics_[:, None] * present.isna() + present.fillna(0)),
     "SimpleImputer().fit(training.T), missing values of all samples")
distances = nan_euclidean_distances(present[training])
values = present.values.copy()
for gene, sample in zip(*numpy.nonzero(present.isna().values)):
    order = [other for other in numpy.argsort(distances[gene], kind="stable")
             if other != gene and not math.isnan(present.iloc[other, sample])]
    values[gene, sample] = present.iloc[order[:3], sample].mean()
case("knn_of_training", "impute", ["gapped"], {"how": "knn", "k": 3, "fit": training}, imputed(values),
     "mean of the 3 nearest by nan_euclidean_distances(training)")

first = SAMPLES[:5]
scaler = StandardScaler().fit(a[first].T.values)
case("training", "center_scale", ["a"], {"ddof": 0, "fit": first},
     dataset(pandas.DataFrame(scaler.transform(a.T.values).T, GENES, SAMPLES)),
     "StandardScaler().fit(training.T).transform(frame.T).T")

# --- qc ------------------------------------------------------------------------------------------


def samples_and_pairs(frame, logged, threshold):
    samples = {
        "sample": list(frame), "library_size": frame.sum(), "detected_genes": (frame > 0).sum(),
        "missing": frame.isna().sum(), "median": frame.median(), "q1": frame.quantile(0.25),
        "q3": frame.quantile(0.75),
    }
    r = logged.corr()
    near = [(x, y) for i, x in enumerate(frame) for y in list(frame)[i + 1:] if r.loc[x, y] > threshold]
    assert near and len(near) < 28
    pairs = {
        "sample_a": [x for x, _ in near], "sample_b": [y for _, y in near],
        "r": [r.loc[pair] for pair in near], "verdict": ["near_duplicate"] * len(near),
    }
    return {"tables": {"samples": samples, "pairs": pairs}}


case("logs", "qc", ["a"], {"near_duplicate_r": 0.8}, samples_and_pairs(a, a, 0.8),
     "frame.sum(), frame.median(), frame.quantile(), frame.corr()")
case("counts", "qc", ["counts"], {"near_duplicate_r": 0.4},
     samples_and_pairs(counts, numpy.log2(counts + 1), 0.4),
     "frame.sum(), frame.median(), frame.quantile(), numpy.log2(frame + 1).corr()")
