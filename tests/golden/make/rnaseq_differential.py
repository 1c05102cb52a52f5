"""Writes tests/golden/rnaseq/airway_{welch,wilcoxon}*.tsv: SciPy on the matrix that the test of
airway in crates/cli/tests/real_data.rs exports; the genes of rnaseq_differential.R and the sums over all.

Run after rnaseq_differential.R, from the root of the repository:
python tests/golden/make/rnaseq_differential.py logged.tsv [../shared/data]
Made with Python 3.11, NumPy 2.4.6, SciPy 1.17.1, pandas 3.1.1.
"""

import sys

import numpy
import pandas
from scipy import stats

DATA = sys.argv[2] if len(sys.argv) > 2 else "../shared/data"
FOLDER = "tests/golden/rnaseq/"

# The file has the shortest digits that give the same f32: these are its numbers.
matrix = pandas.read_csv(sys.argv[1], sep="\t", index_col=0).astype("float32").astype("float64")
samples = pandas.read_csv(DATA + "/rnaseq/bioconnector_airway_metadata.csv", index_col=0)
dex = samples.loc[matrix.columns, "dex"].values
a, b = matrix.loc[:, dex == "control"].values, matrix.loc[:, dex == "treated"].values
genes = pandas.read_csv(FOLDER + "airway_moderated.tsv", sep="\t", index_col=0).index


def write(name, t, df, p_values):
    found = pandas.DataFrame(
        {
            "mean_a": a.mean(axis=1),
            "mean_b": b.mean(axis=1),
            "log2_fc": b.mean(axis=1) - a.mean(axis=1),
            "t": t,
            "df": df,
            "p_value": p_values,
            "q_value": stats.false_discovery_control(p_values),
        },
        matrix.index,
    )
    found.index.name = None
    found.loc[genes].to_csv(FOLDER + f"airway_{name}.tsv", sep="\t", float_format="%.15g")
    sums = {
        "n_genes": [len(found)],
        "t": [numpy.abs(t).sum()],
        "p_value": [-numpy.log10(p_values).sum()],
        "q_value": [found["q_value"].sum()],
    }
    pandas.DataFrame(sums).to_csv(FOLDER + f"airway_{name}_sums.tsv", sep="\t", float_format="%.15g")


welch = stats.ttest_ind(b, a, axis=1, equal_var=False)
write("welch", welch.statistic, welch.df, welch.pvalue)
# Gene by gene: whether a test is exact depends on the ties of that gene alone.
ranks = [stats.mannwhitneyu(y, x) for x, y in zip(a, b)]
write(
    "wilcoxon", numpy.array([rank.statistic for rank in ranks]), numpy.nan,
    numpy.array([rank.pvalue for rank in ranks]),
)
