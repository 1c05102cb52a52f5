"""Writes tests/golden/archs4/quantile_qnorm_log2p1.tsv and aj95b_normalized.tsv from the counts beside them.

Run from the root of the repository, after archs4.R: python tests/golden/make/archs4.py
Made with qnorm 1.0.0.
"""

import numpy
import pandas
import qnorm

FOLDER = "tests/golden/archs4/"

counts = pandas.read_csv(FOLDER + "counts.tsv", sep="\t", index_col=0)
normalized = qnorm.quantile_normalize(numpy.log2(1 + counts), axis=1)
normalized.to_csv(FOLDER + "quantile_qnorm_log2p1.tsv", sep="\t", float_format="%.15g")
lengths = pandas.read_csv(FOLDER + "lengths.tsv", sep="\t", index_col=0).length
normalized.div(lengths, axis=0).to_csv(FOLDER + "aj95b_normalized.tsv", sep="\t", float_format="%.15g")
