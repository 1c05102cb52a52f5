"""Writes a small archive of counts in cells as 10x does, with SciPy, and what is in it.

The matrix is written by `scipy.io.mmwrite`; the sums of each gene and each cell are SciPy's; the
fingerprint is made from the documented bytes (see `matrix_fingerprint`), without Cuvette's code.

    python3 tests/golden/make/cells.py tests/golden/cells
"""

import gzip
import hashlib
import io
import json
import os
import platform
import struct
import sys
import tarfile

import numpy
import scipy
import scipy.io
import scipy.sparse

N_GENES = 60
N_CELLS = 40
N_PROTEINS = 3
PIECE = 256


def counts():
    """Mostly zeros, a few large; the third cell and the fifth gene are empty."""
    random = numpy.random.default_rng(20)
    dense = random.negative_binomial(1, 0.7, size=(N_GENES + N_PROTEINS, N_CELLS))
    dense[random.random(dense.shape) < 0.5] = 0
    dense[7, 11] = 300
    dense[8, 11] = 70_000
    dense[:, 2] = 0
    dense[4, :] = 0
    return scipy.sparse.coo_array(dense)


def member(archive, path, raw):
    packed = gzip.compress(raw, mtime=0)
    info = tarfile.TarInfo(path)
    info.size = len(packed)
    archive.addfile(info, io.BytesIO(packed))


def fingerprint(matrix, genes, cells):
    whole = hashlib.sha256(b"cuvette cells 1\n")
    for names in (genes, cells):
        whole.update(struct.pack("<Q", len(names)))
        for name in names:
            whole.update(struct.pack("<Q", len(name)) + name.encode())
    columns = matrix.tocsc()
    columns.sort_indices()
    for start in range(0, len(cells), PIECE):
        piece = hashlib.sha256()
        for cell in range(start, min(start + PIECE, len(cells))):
            at = slice(columns.indptr[cell], columns.indptr[cell + 1])
            piece.update(struct.pack("<I", at.stop - at.start))
            for row, value in zip(columns.indices[at], columns.data[at]):
                piece.update(struct.pack("<If", row, value))
        whole.update(piece.digest())
    return whole.hexdigest()


def bundle(files):
    """One archive of files, as Python's tarfile writes it, without the filling of its last record."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, text in sorted(files.items()):
            info = tarfile.TarInfo(path)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
        end = archive.offset
    return raw.getvalue()[:end] + bytes(2 * tarfile.BLOCKSIZE)


def small_folder():
    """Three files, and the SHA-256 of the one that stands for them."""
    files = {
        "matrix.mtx": "%%MatrixMarket matrix coordinate integer general\n3 4 5\n1 1 5\n3 1 1\n2 2 300\n1 4 2\n2 4 9\n",
        "genes.tsv": "ENSG01\tTP53\nENSG02\tMYC\nENSG03\tGAPDH\n",
        "barcodes.tsv": "AAAC-1\nAAAG-1\nAAAT-1\nAACA-1\n",
    }
    return {"files": files, "sha256": hashlib.sha256(bundle(files)).hexdigest()}


def main(folder):
    os.makedirs(folder, exist_ok=True)
    matrix = counts()
    text = io.BytesIO()
    scipy.io.mmwrite(text, matrix, field="integer", symmetry="general")
    genes = [f"ENSG{at:011}" for at in range(N_GENES)]
    symbols = [f"GENE{at}" for at in range(N_GENES)]
    cells = [f"CELL{at:03}-1" for at in range(N_CELLS)]
    features = [f"{gene}\t{symbol}\tGene Expression\n" for gene, symbol in zip(genes, symbols)]
    features += [f"CD{at}\tCD{at}\tAntibody Capture\n" for at in range(N_PROTEINS)]
    inside = "outs/filtered_feature_bc_matrix/"
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as archive:
        member(archive, f"{inside}matrix.mtx.gz", text.getvalue())
        member(archive, f"{inside}barcodes.tsv.gz", "".join(f"{cell}\n" for cell in cells).encode())
        member(archive, f"{inside}features.tsv.gz", "".join(features).encode())
    with open(os.path.join(folder, "scipy.tar.gz"), "wb") as file:
        file.write(gzip.compress(raw.getvalue(), mtime=0))
    read = matrix.tocsr()[:N_GENES]
    golden = {
        "made_by": f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}",
        "genes": [N_GENES, genes[0], genes[-1]],
        "cells": [N_CELLS, cells[0], cells[-1]],
        "n_left_out": N_PROTEINS,
        "n_values": int(read.nnz),
        "gene_sums": [int(total) for total in read.sum(axis=1)],
        "cell_sums": [int(total) for total in read.sum(axis=0)],
        "sha256": fingerprint(read, genes, cells),
    }
    with open(os.path.join(folder, "scipy.json"), "w", encoding="utf-8") as file:
        json.dump(golden, file)
        file.write("\n")
    with open(os.path.join(folder, "folder.json"), "w", encoding="utf-8") as file:
        json.dump(small_folder(), file)
        file.write("\n")


main(sys.argv[1])
