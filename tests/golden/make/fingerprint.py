"""Writes the golden fingerprints: SHA-256 of matrices, made without Cuvette's own code.

The bytes that are hashed: `cuvette matrix 1` and a line feed; the number of genes as 8 bytes, then
for each gene the length of its id as 8 bytes and the id in UTF-8; the same for the samples; then the
SHA-256 of every MiB of values. Values are little-endian f32, gene after gene; a missing value is
00 00 C0 7F, and -0 is written as 0. All integers are little-endian.

    python3 tests/golden/make/fingerprint.py tests/golden/fingerprint.json
"""

import hashlib
import json
import platform
import struct
import sys

PIECE = 1 << 20
MISSING = b"\x00\x00\xc0\x7f"


def names(prefix, n):
    return [f"{prefix}_{at}" for at in range(n)]


def value(at):
    """Exact in f32; every 97th is missing, every 101st is -0."""
    if at % 97 == 5:
        return None
    if at % 101 == 7:
        return -0.0
    return (at * 7919 % 100003) / 64 - 500


def stored(number):
    if number is None:
        return MISSING
    return struct.pack("<f", number if number != 0 else 0.0)


def length(items):
    return struct.pack("<Q", len(items))


def fingerprint(genes, samples):
    whole = hashlib.sha256(b"cuvette matrix 1\n")
    for ids in (genes, samples):
        whole.update(length(ids))
        for name in ids:
            raw = name.encode()
            whole.update(length(raw) + raw)
    values = b"".join(stored(value(at)) for at in range(len(genes) * len(samples)))
    for start in range(0, len(values), PIECE):
        whole.update(hashlib.sha256(values[start : start + PIECE]).digest())
    return whole.hexdigest()


def case(gene, n_genes, sample, n_samples):
    return {
        "gene": gene,
        "n_genes": n_genes,
        "sample": sample,
        "n_samples": n_samples,
        "sha256": fingerprint(names(gene, n_genes), names(sample, n_samples)),
    }


golden = {
    "source": f"hashlib of Python {platform.python_version()}",
    "command": "python3 tests/golden/make/fingerprint.py tests/golden/fingerprint.json",
    "input": "names are the prefix, _ and a number from 0; values by the rule in the script",
    "tolerance": "none: a hash",
    "cases": [
        case("g", 1, "s", 1),
        case("YAL", 12, "probe µ", 5),
        # Three pieces, the last of them short.
        case("gène", 700, "s", 801),
    ],
}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(golden, file, indent=1, ensure_ascii=False)
    file.write("\n")
