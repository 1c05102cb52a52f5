"""Writes tests/golden/analyses/mds/scaled.json: classical scaling of distances of scaled genes.

Run after analyses.py, from the root of the repository: python3 tests/golden/make/mds.py
Signs by our rule: the largest coordinate is positive. What is not scaled: `make/mds.R`.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import scipy
from scipy.spatial.distance import pdist, squareform

FOLDER = Path("tests/golden/analyses")
N_DIMENSIONS = 4

text = (FOLDER / "input.json").read_bytes()
data = json.loads(text)["datasets"]["a"]
values = np.array([[np.nan if cell is None else cell for cell in row] for row in data["rows"]], dtype=np.float64)
values = values[np.isfinite(values).all(axis=1)]
sd = values.std(axis=1, ddof=1, keepdims=True)
values = values / np.where(sd > 0, sd, 1)

squares = squareform(pdist(values.T)) ** 2
n = len(squares)
middle = np.eye(n) - np.full((n, n), 1 / n)
eigenvalues, vectors = np.linalg.eigh(-middle @ squares @ middle / 2)
order = np.argsort(eigenvalues)[::-1][:N_DIMENSIONS]
points = vectors[:, order] * np.sqrt(eigenvalues[order])
points *= np.sign(points[np.abs(points).argmax(axis=0), range(N_DIMENSIONS)])
total = float(eigenvalues.sum())

names = [f"MDS{at + 1}" for at in range(N_DIMENSIONS)]
content = {
    "source": f"NumPy {np.__version__}, SciPy {scipy.__version__}, Python {sys.version.split()[0]}",
    "command": "numpy.linalg.eigh of the doubly centered squares of scipy.spatial.distance.pdist, genes divided by std(ddof=1)",
    "script": "make/mds.py",
    "input": {"file": "input.json", "sha256": hashlib.sha256(text).hexdigest()},
    "tolerance": {"rel": 1e-6, "abs": 1e-6, "why": "scaled values are stored as f32, 2^-24 relative"},
    "run": "mds",
    "of": ["a"],
    "with": {"distance": "euclidean", "components": N_DIMENSIONS, "scale": True},
    "values": {
        "tables": {
            "scores": {"sample": data["samples"], **{name: points[:, at].tolist() for at, name in enumerate(names)}},
            "variance": {
                "component": names,
                "eigenvalue": eigenvalues[order].tolist(),
                "share": (eigenvalues[order] / total).tolist(),
            },
        },
        "scalars": {"n_components": N_DIMENSIONS, "total": total},
    },
}
(FOLDER / "mds/scaled.json").write_text(json.dumps(content, indent=2) + "\n")
