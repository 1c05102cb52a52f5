"""Prints what crates/cli/tests/real_data.rs expects of a real 10x folder with the dictionaries of
Geneformer's first version: each cell's genes in falling order of count over median, ties by token.

Run from the root of the repository: python tests/golden/make/tokens.py [../shared/data]
Made with Python 3.11 and NumPy 2.4.6, which the pickles need.
"""

import gzip
import pickle
import sys

DATA = (sys.argv[1] if len(sys.argv) > 1 else "../shared/data") + "/"
FOLDER = DATA + "formats/scanpy_10x_data/3.0.0/filtered_feature_bc_matrix/"


def dictionary(name):
    with open(f"{DATA}geneformer/{name}.pkl", "rb") as file:
        return pickle.load(file)


def lines(name):
    with gzip.open(FOLDER + name, "rt") as file:
        return file.read().splitlines()


def checksum(text):
    """FNV-1a in 64 bits."""
    total = 0xCBF29CE484222325
    for byte in text.encode():
        total = (total ^ byte) * 0x100000001B3 % 2**64
    return total


tokens, medians = dictionary("token_dictionary"), dictionary("gene_median_dictionary")
genes = [line.split("\t")[0] for line in lines("features.tsv.gz")]
cells = {name: [] for name in lines("barcodes.tsv.gz")}
names = list(cells)
_, *entries = [line for line in lines("matrix.mtx.gz") if not line.startswith("%")]
for entry in entries:
    gene, cell, count = entry.split()
    gene = genes[int(gene) - 1]
    if gene in tokens and gene in medians:
        cells[names[int(cell) - 1]].append((-float(count) / medians[gene], tokens[gene]))

sequences = {name: [token for _, token in sorted(cell)] for name, cell in cells.items()}
ties = sum(len(cell) - len({value for value, _ in cell}) for cell in cells.values())
text = "\n".join(" ".join(map(str, sequences[name])) for name in sorted(sequences))
print("genes", len(genes), "of them with token and median", sum(g in tokens and g in medians for g in genes))
print("cells", len(cells), "tokens", sum(map(len, sequences.values())), "ties", ties)
print("first", names[0], *sequences[names[0]])
print("checksum", hex(checksum(text)))
