"""Writes tests/golden/rnaseq/*_block_mean.tsv: the genes of rnaseq.R as Python's qnorm gives them.

Run after rnaseq.R, from the root of the repository: python tests/golden/make/rnaseq.py [../shared/data]
Made with Python 3.11, pandas 3.1.1, qnorm 1.0.0.
"""

import sys

import numpy
import pandas
import qnorm

DATA = (sys.argv[1] if len(sys.argv) > 1 else "../shared/data") + "/rnaseq/"
FOLDER = "tests/golden/rnaseq/"

for name, file, separator in [
    ("airway", "bioconnector_airway_rawcounts.csv", ","),
    ("pasilla", "pasilla_gene_counts.tsv", "\t"),
]:
    counts = pandas.read_csv(DATA + file, sep=separator, index_col=0)
    genes = pandas.read_csv(FOLDER + f"{name}_average_rank.tsv", sep="\t", index_col=0).index
    normalized = qnorm.quantile_normalize(numpy.log2(counts + 1), axis=1).loc[genes]
    normalized.index.name = None
    normalized.to_csv(FOLDER + f"{name}_block_mean.tsv", sep="\t", float_format="%.15g")
