"""Writes tests/golden/analyses: a small input, and what each analysis must give for it.

Run from the root of the repository: python tests/golden/make/analyses.py
Made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1, pandas 3.1.1. Values of the input are multiples of
1/16, so that f32 holds them exactly.
"""

import hashlib
import json
import math
import os
import platform

import numpy
import pandas
import scipy
from scipy import stats

FOLDER = "tests/golden/analyses/"
SOURCE = (
    f"Python {platform.python_version()}, NumPy {numpy.__version__}, "
    f"SciPy {scipy.__version__}, pandas {pandas.__version__}"
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

random = numpy.random.default_rng(20150731)
GENES = [f"ENSG{i:03}.{1 + i % 3}" for i in range(14)]
SAMPLES = [f"array{i}" for i in range(8)]


def sixteenths(values):
    return numpy.round(numpy.asarray(values) * 16) / 16


base = random.normal(0, 2, (14, 4))
a = pandas.DataFrame(
    sixteenths(base[:, [0, 0, 1, 1, 2, 2, 3, 3]] + random.normal(0, 0.5, (14, 8))), GENES, SAMPLES
)
a.iloc[3, 2] = a.iloc[9, 5] = a.iloc[9, 6] = math.nan
a.iloc[5] = 1.5
a.iloc[7, :4] = a.iloc[7, 0]
# The second study: other order, some names of its own, one sample turned, one gene less.
b = pandas.DataFrame(
    sixteenths(base[:, [0, 1, 2, 3]] + random.normal(0, 0.5, (14, 4))),
    GENES,
    ["array0", "array2", "array4", "array6"],
).iloc[::-1]
b["array4"] = -b["array4"]
b["other"] = sixteenths(random.normal(0, 1, 14))
b = b.drop(index=GENES[0])
b.iloc[2, 1] = math.nan
counts = pandas.DataFrame(random.negative_binomial(1, 0.08, (14, 8)).astype(float), GENES, SAMPLES)
counts.iloc[4] = 0
counts.iloc[8] = [0, 0, 0, 0, 0, 0, 0, 90]

strain = ["wt", "wt", "gcn4", "gcn4", "wt", "gcn4", "", "met4"]
age = [3, 5, 8, 13, 21, 34, 55, math.nan]
symbols = ["TP53", "MYC", "TP53", "EGFR", "", "MYC", "TP53"] + [f"S{i}" for i in range(7, 14)]
NEW_GENES = [f"gene{i}" for i in range(14)]
new_names = [f"strain{i}" for i in range(8)]


def matrix(frame):
    return {"genes": list(frame.index), "samples": list(frame.columns), "rows": frame.values.tolist()}


INPUT = {
    "datasets": {
        name: matrix(frame)
        | ({"sample_annotations": {"strain": strain, "age": age}} if name != "b" else {})
        for name, frame in [("a", a), ("b", b), ("counts", counts), ("varying", a.drop(index=GENES[5]))]
    },
    "tables": {
        "strains": {"ids": SAMPLES[::-1], "columns": {"name": new_names[::-1]}},
        "genes": {"ids": GENES, "columns": {"name": NEW_GENES}},
        "symbols": {"ids": [gene.split(".")[0] for gene in GENES], "columns": {"symbol": symbols}},
    },
}
write("input.json", INPUT)
INPUT_HASH = hashlib.sha256(open(FOLDER + "input.json", "rb").read()).hexdigest()


def case(name, run, of, parameters, values, command, tolerance=NARROW):
    write(
        f"{run}/{name}.json",
        {
            "source": SOURCE,
            "command": command,
            "script": "make/analyses.py",
            "input": {"file": "input.json", "sha256": INPUT_HASH},
            "tolerance": tolerance,
            "run": run,
            "of": of,
            "with": parameters,
            "values": values,
        },
    )


def dataset(frame, **tables):
    return {"dataset": matrix(frame), "tables": tables}


def dropped(frame, kept):
    return {"gene": [gene for gene in frame.index if gene not in set(kept.index)]}


# --- arrange -------------------------------------------------------------------------------------

annotated = pandas.Series(strain, SAMPLES)
case("by_name", "select_samples", ["a"], {"ids": ["array5", "array1"]},
     dataset(a[["array5", "array1"]]), "frame[names]")
case("by_rule", "select_samples", ["a"], {"column": "strain", "values": ["gcn4", "met4"]},
     dataset(a.loc[:, annotated.isin(["gcn4", "met4"]).values]), "frame.loc[:, column.isin(values)]")
case("at_least", "select_samples", ["a"], {"column": "age", "rule": "at_least", "values": ["8"]},
     dataset(a.loc[:, [not math.isnan(x) and x >= 8 for x in age]]), "frame.loc[:, column >= 8]")
case("drop", "select_genes", ["a"], {"ids": GENES[2:5], "keep": "others"},
     dataset(a.drop(index=GENES[2:5])), "frame.drop(index=names)")
case("by_table", "rename_samples", ["a"], {"names": "strains", "to": "name"},
     dataset(a.rename(columns=dict(zip(SAMPLES, new_names)))), "frame.rename(columns=names)")
case("by_table", "rename_genes", ["a"], {"names": "genes"},
     dataset(a.rename(index=dict(zip(GENES, NEW_GENES)))), "frame.rename(index=names)")

kept = counts[(counts >= 10).sum(axis=1) >= 2]
case("expressed", "filter_genes", ["counts"], {}, dataset(kept, dropped=dropped(counts, kept)),
     "(frame >= 10).sum(axis=1) >= 2")
top = a.var(axis=1, ddof=1).sort_values(ascending=False, kind="stable").index[:5]
kept = a[a.index.isin(top)]
case("variable", "filter_genes", ["a"], {"top_variable": 5}, dataset(kept, dropped=dropped(a, kept)),
     "frame.var(axis=1, ddof=1).sort_values(ascending=False, kind='stable')[:5]")
kept = counts[(counts > 0).mean(axis=1) >= 0.75]
case("detected", "filter_genes", ["counts"], {"detected_share": 0.75},
     dataset(kept, dropped=dropped(counts, kept)), "(frame > 0).mean(axis=1) >= 0.75")

by_symbol = a.groupby([symbol or None for symbol in symbols], sort=False)
no_symbol = {"gene": [gene for gene, symbol in zip(GENES, symbols) if not symbol]}
for how, collapsed in [
    ("sum", by_symbol.sum(min_count=1)), ("mean", by_symbol.mean()), ("median", by_symbol.median()),
]:
    case(how, "collapse_genes", ["a"], {"how": how, "map": "symbols"},
         dataset(collapsed, dropped=no_symbol), f"frame.groupby(symbols, sort=False).{how}()")

groups = a.T.groupby([label or None for label in strain], sort=False)
case("by_strain", "average_replicates", ["a"], {"by": "strain"},
     dataset(groups.mean().T,
             sd={"gene": GENES} | groups.std(ddof=1).T.to_dict("list"),
             n={"gene": GENES} | groups.count().T.to_dict("list")),
     "frame.T.groupby(strain, sort=False) .mean() .std(ddof=1) .count()")

# --- transform -----------------------------------------------------------------------------------

case("log2", "log", ["counts"], {}, dataset(numpy.log2(counts + 1)), "numpy.log2(frame + 1)")
case("ln", "log", ["counts"], {"base": "e", "pseudocount": 0.5}, dataset(numpy.log(counts + 0.5)),
     "numpy.log(frame + 0.5)")
case("listed", "flip_sign", ["a"], {"samples": ["array2", "array3"]},
     dataset(a * [1, 1, -1, -1, 1, 1, 1, 1]), "frame * signs")


def quantile_normalized(frame, ties, of=None):
    """The target is the mean of the sorted columns; ties as qnorm or as limma do."""
    ordered = numpy.sort(frame[of or list(frame.columns)].values, axis=0)
    target = ordered.mean(axis=1)
    out = frame.copy()
    for name, column in frame.items():
        if ties == "average_rank":
            place = (column.rank() - 1) / (len(column) - 1)
            out[name] = numpy.interp(place, numpy.linspace(0, 1, len(target)), target)
        else:
            at_rank = pandas.Series(target[column.rank(method="first").astype(int) - 1], column.index)
            out[name] = at_rank.groupby(column.values).transform("mean")
    return out


for ties in ["block_mean", "average_rank"]:
    case(ties, "quantile_normalize", ["counts"], {"ties": ties},
         dataset(quantile_normalized(counts, ties)),
         "mean of numpy.sort(frame, axis=0), given back by pandas ranks")
case("target", "quantile_normalize", ["counts"], {"target": SAMPLES[:3]},
     dataset(quantile_normalized(counts, "block_mean", SAMPLES[:3])),
     "mean of numpy.sort(frame[training], axis=0), given back by pandas ranks")

constant = a.std(axis=1) == 0
z = a.sub(a.mean(axis=1), axis=0).div(a.std(axis=1, ddof=1).where(~constant, 1), axis=0)
case("z_score", "center_scale", ["a"], {}, dataset(z, constant={"gene": list(a.index[constant])}),
     "(frame - frame.mean(axis=1)) / frame.std(axis=1, ddof=1)")
robust = (a - a.median()) / stats.median_abs_deviation(a, nan_policy="omit", scale=1 / 1.4826)
case("robust", "center_scale", ["a"], {"axis": "samples", "center": "median", "scale": "mad"},
     dataset(robust), "(frame - frame.median()) / median_abs_deviation(frame, scale=1 / 1.4826)")
population = stats.zscore(a, axis=0, ddof=0, nan_policy="omit")
case("population", "center_scale", ["a"], {"axis": "samples", "ddof": 0},
     dataset(pandas.DataFrame(population, GENES, SAMPLES)), "scipy.stats.zscore(frame, ddof=0)")

# --- correlation ---------------------------------------------------------------------------------


def compared(first, second, names):
    rows = []
    for name in sorted(names):
        pair = pandas.concat([first[name], second[name]], axis=1, join="inner").dropna()
        pearson = stats.pearsonr(pair.iloc[:, 0], pair.iloc[:, 1])
        spearman = stats.spearmanr(pair.iloc[:, 0], pair.iloc[:, 1])
        rows.append([name, pearson[0], pearson[1], spearman[0], spearman[1], len(pair)])
    header = ["gene", "pearson_r", "pearson_p", "spearman_r", "spearman_p", "n_common_genes"]
    return pandas.DataFrame(rows, columns=header)


profiles = compared(a, b, set(a) & set(b))
scalars = {"n_profiles": len(profiles), "n_skipped": 0}
bins = numpy.linspace(-1, 1, 31)
histogram = {"low": bins[:-1], "high": bins[1:]}
for name in ["pearson", "spearman"]:
    r = profiles[f"{name}_r"]
    scalars |= {
        f"median_{name}": r.median(), f"mean_{name}": r.mean(), f"sd_{name}": r.std(ddof=1),
        f"share_above_0_5_{name}": (r > 0.5).mean(), f"share_above_0_7_{name}": (r > 0.7).mean(),
        f"share_abs_above_0_5_{name}": (r.abs() > 0.5).mean(),
        f"share_abs_above_0_7_{name}": (r.abs() > 0.7).mean(), f"share_negative_{name}": (r < 0).mean(),
    }
    histogram[f"{name}_count"] = numpy.histogram(r, bins)[0]
TIGHT = {"rel": 1e-9, "abs": 1e-12, "why": "statistics are f64 throughout"}
case("pair", "cross_study", ["a", "b"], {},
     {"tables": {"profiles": profiles.to_dict("list"), "histogram": histogram}, "scalars": scalars},
     "scipy.stats.pearsonr, scipy.stats.spearmanr, numpy.histogram", TIGHT)
by_gene = compared(a.T, b.T, set(a.index) & set(b.index) - {GENES[5]})
case("by_gene", "cross_study", ["varying", "b"], {"match": "gene", "min_common": 3},
     {"tables": {"profiles": by_gene[by_gene.n_common_genes >= 3].to_dict("list")}},
     "scipy.stats.pearsonr, scipy.stats.spearmanr on the transposed frames", TIGHT)

for method in ["pearson", "spearman"]:
    square = a.corr(method=method)
    case(method, "sample_correlation", ["a"], {"method": method},
         {"tables": {"matrix": {"sample": SAMPLES} | square.to_dict("list")}},
         f"frame.corr(method='{method}')")

rows = []
for name, column in a.items():
    values = column.dropna().values
    p5, q1, median, q3, p95 = numpy.percentile(values, [5, 25, 50, 75, 95])
    row = {"gene": name, "p5": p5, "q1": q1, "median": median, "q3": q3, "p95": p95, "iqr": q3 - q1,
           "n_genes": len(values)}
    rows.append(row | {f"frac_gt_{t}": (abs(values) > t).mean() for t in (0.25, 0.5, 0.75, 1.0)})
spread = pandas.DataFrame(rows).sort_values("iqr", kind="stable")
case("profiles", "spread", ["a"], {}, {"tables": {"profiles": spread.to_dict("list")}},
     "numpy.percentile of every column", TIGHT)
