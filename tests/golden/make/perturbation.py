"""Writes tests/golden/analyses/{rank_encode,perturb,compare_modes}: cells as ranked genes, and knock-outs in them.

Run from the root of the repository: python tests/golden/make/perturbation.py
Needs numpy, scipy and scikit-learn; the versions used stand in each file.

Every knock-out is computed by writing the changed sequence and running the encoder over it again, in
double precision: nothing here knows that most of them follow from one pass. Counts are simulated; how
well apart the directions of their embedding are is asserted, since near ones could come out turned.
"""

import functools
import hashlib
import json
import math
import pathlib
import platform
import re

import numpy
import scipy
import sklearn
from scipy import stats
from sklearn.mixture import GaussianMixture

import propagation

FOLDER = pathlib.Path("tests/golden/analyses")
INPUT = "perturbation_input.json"
SOURCE = f"Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}"
NAN = math.nan


# --- the input -----------------------------------------------------------------------------------


def modules(seed, n_genes, n_cells, strengths, level, zeros):
    """Counts by gene and cell: some factors, each weaker than the one before, times Poisson noise."""
    r = numpy.random.default_rng(seed)
    factors = r.normal(size=(n_cells, len(strengths)))
    weights = r.normal(size=(n_genes, len(strengths))) * strengths
    base = r.uniform(0.0, 1.5, n_genes)
    log = level + base[:, None] + weights @ factors.T + 0.15 * r.normal(size=(n_genes, n_cells))
    counts = r.poisson(numpy.exp(log)).astype(float)
    counts[r.random(counts.shape) < zeros] = 0.0
    return counts


def named(counts, genes, annotations=None):
    cells = [f"cell{at}" for at in range(counts.shape[1])]
    data = {"genes": genes, "samples": cells, "rows": counts.astype(int).tolist()}
    return {**data, **({"sample_annotations": annotations} if annotations else {})}


def shuffled_names(n, seed):
    """The order of names is not that of rows."""
    return [f"g{at:03}" for at in numpy.random.default_rng(seed).permutation(n)]


def ids():
    """60 rows of 57 genes: with versions, in lower case, and three genes twice."""
    r = numpy.random.default_rng(5)
    rows = [f"ENSG{100 + at:011}" for at in range(57)]
    rows = [f"{gene}.{r.integers(1, 20)}" if at % 3 == 0 else gene for at, gene in enumerate(rows)]
    rows[7] = rows[7].lower()
    rows += ["ENSG00000000103.77", "ENSG00000000104.2", "ensg00000000105.1"]
    return [rows[at] for at in r.permutation(len(rows))]


def tied_counts():
    """Small counts, so that many are equal; one cell has none, and one value is missing."""
    r = numpy.random.default_rng(6)
    share = r.uniform(0.1, 0.9, 60)
    counts = r.integers(1, 5, (60, 30)) * (r.random((60, 30)) < share[:, None])
    counts[:, 11] = 0
    rows = counts.tolist()
    rows[4][2] = None
    return rows


def dictionaries(rows):
    """Tokens in no order of names; medians of which half are powers of 2, so that ratios tie."""
    r = numpy.random.default_rng(7)
    genes = sorted({bare(gene) for gene in rows})
    tokens = r.permutation(numpy.arange(2, 2 + len(genes)))
    medians = numpy.where(r.random(len(genes)) < 0.5, 2.0 ** r.integers(-1, 3, len(genes)), r.uniform(0.5, 9, len(genes)))
    # One gene has no token, another no median; some entries are of no gene of the data.
    with_token = [at for at in range(len(genes)) if at != 20]
    with_median = [at for at in range(len(genes)) if at != 30]
    return {
        "tokens": {
            "ids": ["<pad>", "<mask>"] + [genes[at] for at in with_token],
            "columns": {"token": [0, 1] + [int(tokens[at]) for at in with_token]},
        },
        "medians": {
            "ids": [genes[at] for at in with_median] + ["ENSG00000999999"],
            "columns": {"median": [float(medians[at]) for at in with_median] + [1.0]},
        },
    }


# --- rank-value encoding -------------------------------------------------------------------------


def bare(gene):
    return re.sub(r"\.[0-9]+$", "", gene).upper()


def looked_up(gene, dictionary):
    return next((name for name in (gene, bare(gene)) if name in dictionary), None)


class Encoding:
    """Genes of a data set with their tokens and medians, and its cells as lists of genes."""

    def __init__(self, data, tokens=None, medians=None, min_cells=10, max_length=2048):
        rows = [[0.0 if value is None else value for value in row] for row in data["rows"]]
        counts = numpy.array(rows, numpy.float32).astype(float)
        self.total = counts.sum(0)
        names = [gene if tokens is None else looked_up(gene, tokens) for gene in data["genes"]]
        if tokens is None and medians is not None:
            names = [looked_up(gene, medians) for gene in data["genes"]]
        # First step: rows of one gene are added up.
        merged = {}
        for name, row in zip(names, counts):
            if name is not None:
                merged[name] = merged.get(name, 0.0) + row
        n_needed = min(min_cells, max(counts.shape[1] // 2, 1))
        kept = {}
        for name, row in merged.items():
            has = row > 0
            if medians is None:
                if has.sum() >= max(n_needed, 1):
                    kept[name] = numpy.median(row[has] / self.total[has] * 10_000)
            elif looked_up(name, medians) is not None:
                kept[name] = medians[looked_up(name, medians)]
        self.genes = sorted(kept, key=lambda name: (0 if tokens is None else tokens[name], name))
        self.tokens = [at + 2 if tokens is None else tokens[name] for at, name in enumerate(self.genes)]
        self.medians = [kept[name] for name in self.genes]
        self.counts = numpy.array([merged[name] for name in self.genes])
        self.dropped = [gene for gene, name in zip(data["genes"], names) if name not in kept]
        self.row_of = {gene: self.genes.index(name) for gene, name in zip(data["genes"], names) if name in kept}
        matched = [name in kept for name in names]
        self.n_rows_matched = sum(matched)
        self.share = counts[matched].sum() / counts.sum()
        self.max_length = max_length
        self.full = [self.sequence(cell) for cell in range(counts.shape[1])]
        self.sequences = [sequence[:max_length] for sequence in self.full]

    def sequence(self, cell):
        has = [gene for gene in range(len(self.genes)) if self.counts[gene, cell] != 0]
        value = lambda gene: self.counts[gene, cell] / self.total[cell] * 10_000 / self.medians[gene]
        return sorted(has, key=lambda gene: (-value(gene), self.tokens[gene]))

    def log_expression(self):
        """As it is stored: rounded to single precision."""
        per_cell = numpy.where(self.total > 0, 10_000 / numpy.where(self.total > 0, self.total, 1), 0)
        return numpy.log1p(self.counts * per_cell).astype(numpy.float32).astype(float)


def rank_encode(data, **given):
    found = Encoding(data, **given)
    lengths = [len(sequence) for sequence in found.sequences]
    tables = {
        "sequences": {
            "cell": data["samples"],
            "length": lengths,
            "tokens": [" ".join(str(found.tokens[gene]) for gene in one) for one in found.sequences],
            "n_expressed": [len(one) for one in found.full],
        },
        "genes": {
            "gene": found.genes,
            "token": found.tokens,
            "median": found.medians,
            "n_cells": (found.counts > 0).sum(1),
        },
        "dropped": {"gene": found.dropped},
    }
    scalars = {
        "n_cells": len(lengths),
        "n_genes": len(data["genes"]),
        "n_genes_matched": found.n_rows_matched,
        "share_of_counts_matched": found.share,
        "median_length": numpy.median(lengths),
        "n_truncated": sum(len(full) > len(cut) for full, cut in zip(found.full, found.sequences)),
    }
    return {"tables": tables, "scalars": scalars}


# --- the encoder ---------------------------------------------------------------------------------


def upright(columns):
    """Of each column the largest entry positive: positions are added to it, so its sign matters."""
    largest = numpy.abs(columns).argmax(0)
    return columns * numpy.sign(columns[largest, range(columns.shape[1])])


def unit_rows(rows):
    return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


def assert_apart(sizes, d):
    ratios = sizes[:d] / sizes[1 : d + 1]
    assert (ratios > 1.05).all(), ratios


def svd_embedding(encoding, d):
    y = encoding.log_expression()
    z = (y - y.mean(1, keepdims=True)) / y.std(1, keepdims=True)
    u, s, _ = numpy.linalg.svd(z / math.sqrt(z.shape[1]), full_matrices=False)
    assert_apart(s, d)
    return unit_rows(upright(u[:, :d]) * s[:d])


def ppmi_embedding(encoding, d):
    w = numpy.zeros((len(encoding.sequences), len(encoding.genes)))
    for cell, sequence in enumerate(encoding.sequences):
        # The products then are exact in single precision too.
        assert len(sequence) == 32
        for rank, gene in enumerate(sequence):
            w[cell, gene] = 1 - (rank + 0.5) / len(sequence)
    c = w.T @ w
    numpy.fill_diagonal(c, 0)
    sums = c.sum(0)
    with numpy.errstate(divide="ignore"):
        information = numpy.maximum(0, numpy.log(c * sums.sum() / numpy.outer(sums, sums)))
    values, vectors = numpy.linalg.eigh(information)
    order = numpy.argsort(-numpy.abs(values))
    assert_apart(numpy.abs(values[order]), d)
    assert (values[order[:d]] < 0).any(), "one negative eigenvalue among them, or |Λ| is not tested"
    return unit_rows(upright(vectors[:, order[:d]]) * numpy.sqrt(numpy.abs(values[order[:d]])))


class Encoder:
    def __init__(self, encoding, kind, d, weight, temperature):
        self.genes = {"svd": svd_embedding, "ppmi": ppmi_embedding}[kind](encoding, d)
        self.weight, self.temperature = weight, temperature

    def position(self, at):
        d = self.genes.shape[1]
        waves = [wave(at / 10_000 ** (2 * i / d)) for i in range(d // 2) for wave in (math.sin, math.cos)]
        return numpy.array(waves) / math.sqrt(d / 2)

    def hidden(self, tokens, positions, seen):
        """None stands for the mask token."""
        vectors = [self.genes.mean(0) if token is None else self.genes[token] for token in tokens]
        x = numpy.array([v + self.weight * self.position(at) for v, at in zip(vectors, positions)])
        x = unit_rows(x)
        scores = x @ x.T / self.temperature
        numpy.fill_diagonal(scores, -numpy.inf)
        scores[:, ~numpy.array(seen)] = -numpy.inf
        a = numpy.exp(scores - scores.max(1, keepdims=True))
        return x + a / a.sum(1, keepdims=True) @ x


def one_minus_cosine(x, y):
    difference = x / numpy.linalg.norm(x) - y / numpy.linalg.norm(y)
    return difference @ difference / 2


# --- the stream of random numbers ----------------------------------------------------------------

WORD = (1 << 64) - 1


class SplitMix:
    """SplitMix64 of Steele, Lea and Flood; one stream per cell, and numbers below a bound after Lemire."""

    def __init__(self, seed):
        self.state = seed

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & WORD
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
        return z ^ (z >> 31)

    def below(self, n):
        while True:
            product = self.bits() * n
            if product & WORD >= (1 << 64) % n:
                return product >> 64


def stream_of_cell(seed, cell):
    first = SplitMix(seed).bits()
    return SplitMix(SplitMix(first ^ (cell * 0xD1342543DE82EF95 & WORD)).bits())


# --- one knock-out in one cell -------------------------------------------------------------------


def edited(sequence, genes, mode, max_length):
    """The sequence before (cut where nothing else fits), and tokens, positions, who is seen after."""
    n = len(sequence)
    hit = [gene in genes for gene in sequence]
    earlier = [sum(hit[:at]) for at in range(n)]
    if mode == "attention_mask":
        return sequence, sequence, range(n), [not one for one in hit]
    if mode == "mask":
        return sequence, [None if one else gene for gene, one in zip(sequence, hit)], range(n), [True] * n
    if mode == "shift_only":
        return sequence, sequence, [at - earlier[at] for at in range(n)], [True] * n
    if mode == "overexpress":
        after = list(genes) + [gene for gene in sequence if gene not in genes]
        overflow = max(len(after) - max_length, 0)
        after = after[:max_length]
        return sequence[: n - overflow], after, range(len(after)), [True] * len(after)
    left = [at for at in range(n) if not hit[at]]
    positions = range(len(left)) if mode == "delete" else left
    assert mode in ("delete", "delete_keep_positions")
    return sequence, [sequence[at] for at in left], positions, [True] * len(left)


class Cells:
    """The cells of an encoding, each perturbation of each computed once."""

    def __init__(self, encoding, encoder):
        self.encoding, self.encoder = encoding, encoder
        self.respond = functools.cache(self._respond)

    def _respond(self, cell, genes, mode):
        """By gene: effect, rank before and after, from 0; and the mean vectors before and after."""
        sequence = self.encoding.sequences[cell]
        before, tokens, positions, seen = edited(sequence, genes, mode, self.encoding.max_length)
        was = self.encoder.hidden(before, range(len(before)), [True] * len(before))
        now = self.encoder.hidden(tokens, positions, seen)
        effects, pairs = {}, []
        for at, gene in enumerate(before):
            if gene not in genes and gene in tokens:
                here = list(tokens).index(gene)
                pairs.append((at, here))
                effects[gene] = (one_minus_cosine(was[at], now[here]), at, here)
        means = [was[[pair[0] for pair in pairs]].mean(0), now[[pair[1] for pair in pairs]].mean(0)]
        return effects, means

    def mean(self, cell):
        sequence = self.encoding.sequences[cell]
        return self.encoder.hidden(sequence, range(len(sequence)), [True] * len(sequence)).mean(0)

    def respond_at_random(self, cell, number, genes):
        """Genes near those perturbed are deleted instead; none of them counts as affected."""
        sets = self.null_sets(cell, genes, 20)
        drawn = sets[stream_of_cell(0, number).below(len(sets))]
        effects, means = self.respond(cell, drawn, "delete")
        return {gene: effect for gene, effect in effects.items() if gene not in genes}, means

    def null_sets(self, cell, genes, n_draws):
        """Nearest first, the earlier of two as near first; of several genes, the same of each."""
        sequence = self.encoding.sequences[cell]
        places = [sequence.index(gene) for gene in genes]
        near = []
        for place in places:
            others = [at for at in range(len(sequence)) if 0 < abs(at - place) <= 10 and at not in places]
            near.append(sorted(others, key=lambda at: (abs(at - place), at)))
        return [tuple(sequence[at] for at in sorted(set(draw))) for draw in zip(*near)][:n_draws]


# --- perturb -------------------------------------------------------------------------------------


def add_up(encoding, per_cell):
    """Over cells: by gene the mean effect, its sd, n, mean ranks from 1; the most affected first."""
    rows = []
    for gene in range(len(encoding.genes)):
        found = numpy.array([effects[gene] for effects in per_cell if gene in effects])
        if len(found):
            ranks = found[:, 1:].mean(0) + 1
            rows.append((gene, found[:, 0].mean(), found[:, 0].std(), len(found), *ranks))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def z_scores(effects, draws):
    found = {}
    for gene, (effect, _, _) in effects.items():
        null = [draw[gene][0] for draw in draws if gene in draw]
        if len(null) >= 3 and numpy.std(null) > 0:
            found[gene] = (effect - numpy.mean(null)) / numpy.std(null, ddof=1)
    return found


def columns(names, rows):
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def perturb(data, genes, mode="attention_mask", together=False, state_column="", start_state="", goal_state="",
            alternative_states=(), embedding="svd", dimensions=64, position_weight=0.0, temperature=0.1,
            max_length=2048, min_cells=10, null_draws=None):  # fmt: skip
    encoding = Encoding(data, min_cells=min_cells, max_length=max_length)
    cells = Cells(encoding, Encoder(encoding, embedding, dimensions, position_weight, temperature))
    names = encoding.genes
    one_pass = mode in ("attention_mask", "mask", "delete_keep_positions") or (
        mode in ("delete", "random_delete") and position_weight == 0.0
    )
    n_draws = null_draws if null_draws is not None else 20 if one_pass else 0
    state_of = data.get("sample_annotations", {}).get(state_column)
    chosen = [at for at in range(len(data["samples"])) if not start_state or state_of[at] == start_state]
    states = [goal_state, *alternative_states] if goal_state else []
    centers = [
        numpy.mean([cells.mean(at) for at in range(len(state_of)) if state_of[at] == state], axis=0) for state in states
    ]
    if genes == "all":
        there = {gene for at in chosen for gene in encoding.sequences[at]}
        targets = [(gene,) for gene in sorted(there)]
    else:
        listed = [encoding.row_of[gene] for gene in genes]
        targets = [tuple(listed)] if together else [(gene,) for gene in listed]

    def shift(means, center):
        return (1 - one_minus_cosine(means[1], center)) - (1 - one_minus_cosine(means[0], center))

    if states:
        axes, cell_places = plane(cells, chosen, [[at for at in range(len(state_of)) if state_of[at] == state] for state in states])
    gene_rows, target_rows, shift_rows, all_shifts, null_shifts = [], [], [], [], []
    long_rows, cell_rows, all_cosines = [], [], []
    for target in targets:
        name = "+".join(names[gene] for gene in target)
        token = " ".join(str(encoding.tokens[gene]) for gene in target)
        per_cell, z, shifts = [], {}, [[] for _ in states]
        for number, cell in enumerate(chosen):
            has_all = all(gene in encoding.sequences[cell] for gene in target)
            if not has_all and mode != "overexpress":
                continue
            if mode == "random_delete":
                effects, means = cells.respond_at_random(cell, number, target)
            else:
                effects, means = cells.respond(cell, target, mode)
            per_cell.append(effects)
            if states:
                mean = numpy.mean([effect[0] for effect in effects.values()])
                cosines = [1 - one_minus_cosine(one, center) for center in centers for one in means]
                move = (means[1] / numpy.linalg.norm(means[1]) - means[0] / numpy.linalg.norm(means[0])) @ axes
                cell_rows.append((1 - mean, token, name, data["samples"][cell], mean, *cosines, *cell_places[number], *move))
            sets = cells.null_sets(cell, target, n_draws) if has_all else []
            null_mode = "delete" if mode == "random_delete" else mode
            draws = [cells.respond(cell, other, null_mode) for other in sets]
            for gene, value in z_scores(effects, [draw[0] for draw in draws]).items():
                z.setdefault(gene, []).append(value)
            for state, center in enumerate(centers):
                shifts[state].append(shift(means, center))
                null_shifts.extend((state, shift(draw[1], center)) for draw in draws)
        affected = add_up(encoding, per_cell)[: 20 if len(targets) > 50 else None]
        for gene, *row in affected:
            gene_rows.append((name, names[gene], *row, numpy.mean(z[gene]) if gene in z else NAN))
        means = [numpy.mean([effect[0] for effect in effects.values()]) for effects in per_cell]
        target_rows.append((name, numpy.mean(means), len(means), names[affected[0][0]]))
        own = (token, name, name)
        long_rows.append((*own, "cell_emb", "", "", 1 - numpy.mean(means), numpy.std(means), len(means)))
        for gene, mean, sd, n, *_ in affected:
            long_rows.append((*own, str(encoding.tokens[gene]), names[gene], names[gene], 1 - mean, sd, n))
        all_shifts.append(shifts)
        all_cosines.append(1 - numpy.array(means))
    tables = {
        "genes": columns(
            ["perturbed", "affected", "one_minus_cosine", "sd", "n_cells", "rank_before", "rank_after", "z_random_deletion"],
            gene_rows,
        ),
        "gene_shifts": columns(
            ["Perturbed", "Gene_name", "Ensembl_ID", "Affected", "Affected_gene_name", "Affected_Ensembl_ID",
             "Cosine_sim_mean", "Cosine_sim_stdev", "N_Detections"],
            long_rows,
        ),
    }  # fmt: skip
    if len(targets) > 1:
        order = sorted(range(len(targets)), key=lambda at: (-target_rows[at][1], at))
        tables["perturbed"] = columns(
            ["perturbed", "one_minus_cosine", "n_cells", "most_affected"], [target_rows[at] for at in order]
        )
    if states:
        tables["shifts"] = shift_table(encoding, targets, states, all_shifts, null_shifts)
    if states and len(targets) <= 50:
        both = [f"cosine_{when}_{state}" for state in states for when in ("before", "after")]
        tables["cells"] = columns(
            ["Cosine_sim", "Gene", "perturbed", "cell", "one_minus_cosine", *both, "x", "y", "move_x", "move_y"], cell_rows
        )
    if len(targets) >= 10:
        tables["impact"] = impact_table([row[:3] for row in long_rows if row[3] == "cell_emb"], all_cosines)
    return {"tables": tables, "scalars": {"n_perturbed": len(targets), "n_cells": len(chosen)}}


def plane(cells, chosen, of_states):
    """The two leading components of cells at length 1, the goal on the positive side; and where cells lie."""
    unit = lambda cell: cells.mean(cell) / numpy.linalg.norm(cells.mean(cell))
    perturbed = numpy.array([unit(cell) for cell in chosen])
    goal = numpy.array([unit(cell) for cell in of_states[0]])
    others = [unit(cell) for of_state in of_states[1:] for cell in of_state]
    every = numpy.vstack([perturbed, goal, *others])
    center = every.mean(0)
    _, sizes, axes = numpy.linalg.svd(every - center, full_matrices=False)
    assert_apart(sizes, 2)
    axes = axes[:2].T
    axes = axes * numpy.sign((goal.mean(0) - perturbed.mean(0)) @ axes)
    return axes, (perturbed - center) @ axes


def impact_table(names, cosines):
    """Under the names of Geneformer's mixture model; the component with an impact is the lower one."""
    means = numpy.array([one.mean() for one in cosines])
    mixture = GaussianMixture(n_components=2, random_state=0).fit(means[:, None])
    low, high = numpy.argsort(mixture.means_[:, 0])

    def is_impact(value):
        if value > mixture.means_[high, 0]:
            return 0
        if value < mixture.means_[low, 0]:
            return 1
        return int(mixture.predict([[value]])[0] == low)

    rows = [
        (*name, mean, is_impact(mean), 100 * numpy.mean([is_impact(value) for value in one]), len(one))
        for name, mean, one in zip(names, means, cosines)
    ]
    rows.sort(key=lambda row: (-row[4], row[3]))
    assert 0 < sum(row[4] for row in rows) < len(rows), "both components, or nothing is told apart"
    return columns(
        ["Gene", "Gene_name", "Ensembl_ID", "Test_avg_shift", "Impact_component", "Impact_component_percent",
         "N_Detections"],
        rows,
    )  # fmt: skip


def shift_table(encoding, targets, states, all_shifts, null_shifts):
    """Under the names of Geneformer's InSilicoPerturberStats, in its order."""
    mean, p, q = [], [], []
    for state in range(len(states)):
        pool = [value for own, value in null_shifts if own == state]
        if len(targets) >= 50:
            pool = [value for shifts in all_shifts for value in shifts[state]]
        mean.append([numpy.mean(shifts[state]) for shifts in all_shifts])
        p.append([stats.ranksums(shifts[state], pool).pvalue for shifts in all_shifts])
        q.append(stats.false_discovery_control(p[-1]))
    is_significant = q[0] < 0.05
    order = sorted(range(len(targets)), key=lambda at: (not is_significant[at], -mean[0][at], q[0][at]))
    name = lambda at: "+".join(encoding.genes[gene] for gene in targets[at])
    table = {
        "Gene": [" ".join(str(encoding.tokens[gene]) for gene in targets[at]) for at in order],
        "Gene_name": [name(at) for at in order],
        "Ensembl_ID": [name(at) for at in order],
    }
    others = states[1:]
    for names, values in (
        (["Shift_to_goal_end"] + [f"Shift_to_alt_end_{other}" for other in others], mean),
        (["Goal_end_vs_random_pval"] + [f"Alt_end_vs_random_pval_{other}" for other in others], p),
        (["Goal_end_FDR"] + [f"Alt_end_FDR_{other}" for other in others], q),
    ):
        for column, of_state in zip(names, values):
            table[column] = [of_state[at] for at in order]
    table["N_Detections"] = [len(all_shifts[at][0]) for at in order]
    table["Sig"] = [int(is_significant[at]) for at in order]
    return table


# --- engines of levels ----------------------------------------------------------------------------

N_REGULATORS = 20


def perturb_levels(data, genes, engine, mode="attention_mask", together=False, steps=3):
    encoding = Encoding(data)
    rows, names = encoding.log_expression(), encoding.genes
    covariance, share = propagation.schaefer_strimmer(rows)
    start = rows.mean(1)
    listed = [encoding.row_of[gene] for gene in genes]
    targets = [listed] if together else [[gene] for gene in listed]
    if engine == "network":
        strength = numpy.abs(propagation.partial(covariance))
        weights, radius = coefficients(rows, propagation.top(strength, N_REGULATORS))
    found = []
    for target in targets:
        deltas = [change_of(rows[gene], mode) for gene in target]
        mean = numpy.mean(deltas, axis=1)
        if engine == "conditional":
            change = propagation.respond(covariance, target, mean)
            extra = {"direct_change": propagation.direct(covariance, target, mean)}
        else:
            *earlier, change = propagated(weights, radius, target, mean, steps, start)
            extra = {f"change_step_{at + 1}": one for at, one in enumerate(earlier)}
        is_single = len(target) == 1
        sd = numpy.std(deltas[0]) / abs(mean[0]) * numpy.abs(change) if is_single and engine == "conditional" else None
        known = propagation.associations(rows, target[0]) if is_single else None
        ranks = [numpy.argsort(numpy.argsort(-level)) for level in (start, start + change)]
        others = [gene for gene in range(len(names)) if gene not in target]
        for gene in sorted(others, key=lambda gene: -abs(change[gene])):
            row = {
                "perturbed": "+".join(names[gene] for gene in target),
                "affected": names[gene],
                "one_minus_cosine": NAN,
                "sd": NAN if sd is None else sd[gene],
                "n_cells": rows.shape[1],
                "rank_before": ranks[0][gene] + 1,
                "rank_after": ranks[1][gene] + 1,
                "z_random_deletion": NAN,
                "change": change[gene],
            }
            for column in ("r", "p_value", "q_value"):
                row[column] = known[column][gene] if known else NAN
            found.append(row | {name: values[gene] for name, values in extra.items()})
    table = {name: [row[name] for row in found] for name in found[0]}
    scalars = {"n_perturbed": len(targets), "n_cells": rows.shape[1], "n_genes": len(names), "shrinkage": share}
    if engine == "network":
        scalars["spectral_radius"] = radius
    return {"tables": {"genes": table}, "scalars": scalars}


def change_of(levels, mode):
    """In each sample."""
    if mode == "overexpress":
        return numpy.maximum(numpy.quantile(levels, 0.99) - levels, 0)
    return -levels


def coefficients(rows, regulators_of):
    deviations = rows.std(1)
    z = (rows - rows.mean(1, keepdims=True)) / deviations[:, None]
    weights = numpy.zeros((len(rows), len(rows)))
    for gene in range(len(rows)):
        regulators = regulators_of(gene)
        _, slopes = propagation.ridge(z[regulators].T, z[gene])
        weights[gene, regulators] = slopes * deviations[gene] / deviations[regulators]
    return weights, numpy.abs(numpy.linalg.eigvals(weights)).max()


def propagated(weights, radius, knocked, deltas, n_steps, start):
    weights = weights * (0.95 / radius if radius >= 1 else 1.0)
    change, steps = numpy.zeros(len(start)), []
    change[knocked] = deltas
    for _ in range(n_steps):
        change = weights @ change
        change[knocked] = deltas
        change = numpy.maximum(change, -start)
        steps.append(change)
    left = numpy.sort(start + change)
    assert (numpy.diff(left) > 0).all(), "levels that tie have no order"
    return steps


# --- compare_modes -------------------------------------------------------------------------------

MODES = ["delete", "mask", "attention_mask", "shift_only"]
WINDOW, MIN_ON_SIDE = 200, 30


def side(logs, ranks, cut):
    """Value of the line at the cut, and its standard error, by ordinary least squares."""
    ranks = [rank for rank in ranks if 0 <= rank < len(logs) and not math.isnan(logs[rank])]
    if len(ranks) < MIN_ON_SIDE:
        return None
    x = numpy.column_stack([numpy.ones(len(ranks)), numpy.array(ranks) - cut])
    y = logs[ranks]
    beta = numpy.linalg.lstsq(x, y, rcond=None)[0]
    variance = ((y - x @ beta) ** 2).sum() / (len(ranks) - 2)
    return beta[0], math.sqrt(variance * numpy.linalg.inv(x.T @ x)[0, 0])


def jump_at(logs, cut):
    before = side(logs, range(cut - WINDOW, cut), cut)
    after = side(logs, range(cut + 1, cut + WINDOW + 1), cut)
    if before is None or after is None:
        return NAN, NAN
    jump = after[0] - before[0]
    return jump, jump / math.hypot(before[1], after[1])


def discontinuity(effects, rank):
    logs = numpy.log(effects + 1e-12)
    jump, t = jump_at(logs, rank)
    elsewhere = [cut for cut in range(len(logs)) if abs(cut - rank) > WINDOW]
    placebos = [jump_at(logs, cut)[0] for cut in elsewhere if MIN_ON_SIDE <= cut < len(logs) - MIN_ON_SIDE]
    n_larger = sum(abs(placebo) >= abs(jump) for placebo in placebos)
    p = NAN if len(placebos) < 20 or math.isnan(jump) else (1 + n_larger) / (1 + len(placebos))
    before, after = effects[:rank], effects[rank + 1 :]
    near = before[-WINDOW:], after[:WINDOW]
    # U over all pairs, ties half.
    auc = stats.mannwhitneyu(near[1], near[0]).statistic / (len(near[0]) * len(near[1])) if len(near[0]) else NAN
    return {
        "jump": jump, "t": t, "placebo_p": p, "auc": auc,
        "median_before": numpy.median(before) if len(before) else NAN, "median_after": numpy.median(after),
    }  # fmt: skip


def median_of_present(values):
    values = [value for value in values if not math.isnan(value)]
    return numpy.median(values) if values else NAN


def compare_modes(data, genes, cells, embedding="svd", dimensions=64, position_weight=0.5, temperature=0.1,
                  with_genes=True):  # fmt: skip
    encoding = Encoding(data)
    of = Cells(encoding, Encoder(encoding, embedding, dimensions, position_weight, temperature))
    chosen = [data["samples"].index(cell) for cell in cells]
    names = encoding.genes
    knock_outs, modes, gene_rows, all_found, shares = [], [], [], [], []
    for name in genes:
        gene = encoding.row_of[name]
        having = [cell for cell in chosen if gene in encoding.sequences[cell]]
        found, affected = {}, {}
        for mode in MODES:
            per_cell = [of.respond(cell, (gene,), mode)[0] for cell in having]
            found[mode] = []
            for cell, effects in zip(having, per_cell):
                sequence = encoding.sequences[cell]
                rank = sequence.index(gene)
                of_ranks = numpy.array([effects[other][0] if other in effects else NAN for other in sequence])
                one = discontinuity(of_ranks, rank)
                found[mode].append(one)
                knock_outs.append(
                    (name, data["samples"][cell], mode, rank + 1, len(sequence))
                    + tuple(one[key] for key in ("jump", "t", "placebo_p", "auc"))
                )
            affected[mode] = add_up(encoding, per_cell)
        all_found.append(found)
        deleted, shifted = found["delete"], found["shift_only"]
        share = median_of_present([s["median_after"] / d["median_after"] for s, d in zip(shifted, deleted)])
        shares.append(share)
        top = {mode: {row[0] for row in affected[mode][:20]} for mode in MODES}
        only = top["delete"] - top["attention_mask"]
        for mode in MODES:
            median = {key: median_of_present([one[key] for one in found[mode]]) for key in found[mode][0]}
            t = [one["t"] for one in found[mode] if not math.isnan(one["t"])]
            modes.append(
                (name, mode, median["jump"], numpy.exp(median["jump"]), median["t"], median["placebo_p"], median["auc"],
                 median["median_before"], median["median_after"], len(having),
                 numpy.mean([abs(one) > 3 for one in t]) if t else NAN, share if mode == "delete" else NAN)
            )  # fmt: skip
            for place, (other, *row) in enumerate(affected[mode]):
                gene_rows.append((name, names[other], *row, mode, place + 1, "yes" if other in only else ""))
    tables = {
        "modes": columns(
            ["perturbed", "mode", "jump", "jump_factor", "t", "placebo_p", "auc", "median_before", "median_after",
             "n_cells", "share_beyond_3", "positional_share"],
            modes,
        ),
        "knock_outs": columns(
            ["perturbed", "cell", "mode", "rank", "n_genes", "jump", "t", "placebo_p", "auc"], knock_outs
        ),
    }  # fmt: skip
    if with_genes:
        tables["genes"] = columns(
            ["perturbed", "affected", "one_minus_cosine", "sd", "n_cells", "rank_before", "rank_after", "mode", "place",
             "only_in_delete"],
            gene_rows,
        )  # fmt: skip
    of_mode = lambda mode, key: [one[key] for found in all_found for one in found[mode]]
    ts = [t for t in of_mode("delete", "t") if not math.isnan(t)]
    scalars = {f"jump_factor_{mode}": numpy.exp(median_of_present(of_mode(mode, "jump"))) for mode in MODES}
    scalars |= {
        "n_genes": len(all_found),
        "n_knock_outs": len(of_mode("delete", "t")),
        "share_called": numpy.mean([abs(t) > 3 for t in ts]),
        "positional_share": median_of_present(shares),
    }
    return {"tables": tables, "scalars": scalars}


# --- writing -------------------------------------------------------------------------------------


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(inner) for inner in value]
    if isinstance(value, (float, numpy.floating)):
        return None if math.isnan(value) else float(value)
    return int(value) if isinstance(value, numpy.integer) else value


def text(value, indent=""):
    """Lists of numbers and words on one line."""
    deeper = indent + " "
    if isinstance(value, dict):
        items = [f"{deeper}{json.dumps(key)}: {text(inner, deeper)}" for key, inner in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[\n" + ",\n".join(deeper + text(inner, deeper) for inner in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(plain(content)) + "\n")


# Sums of both signs: what is left of them may be far smaller than their terms. Deviates and logarithms
# are of size 1, places in the plane of 0.1, moves of 0.01, shifts of 0.001.
DIFFERENCES = {
    "z_random_deletion": 1e-6, "jump": 1e-6, "t": 1e-6, "Shift_to_goal_end": 1e-9, "Shift_to_alt_end_other": 1e-9,
}  # fmt: skip
PLACES = {"x": 1e-7, "y": 1e-7, "move_x": 1e-8, "move_y": 1e-8}


def tolerance(tables):
    bounds = DIFFERENCES | (PLACES if "cells" in tables else {})
    return {
        "rel": 1e-6,
        "abs": 1e-12,
        "why": "vectors of genes come from products in f32; columns of differences are held to the size of their terms",
        "columns": {name: {"rel": 1e-6, "abs": bound} for name, bound in bounds.items()},
    }


def case(run, name, of, values, **parameters):
    write(
        FOLDER / run / f"{name}.json",
        {
            "source": SOURCE + (f", scikit-learn {sklearn.__version__}" if "impact" in values["tables"] else ""),
            "command": "python tests/golden/make/perturbation.py",
            "script": "make/perturbation.py",
            "input": {"file": INPUT, "sha256": hashlib.sha256((FOLDER / INPUT).read_bytes()).hexdigest()},
            "tolerance": tolerance(values["tables"]),
            "run": run,
            "of": [of],
            "with": parameters,
            "values": values,
        },
    )


def table_values(table):
    return dict(zip(table["ids"], next(iter(table["columns"].values()))))


STATES = ["start", "goal", "other"]
IDS = ids()
TABLES = dictionaries(IDS)
DATA = {
    "ids": {"genes": IDS, "samples": [f"cell{at}" for at in range(30)], "rows": tied_counts()},
    "few": named(
        modules(91, 40, 30, [1.4, 1.1, 0.85, 0.66, 0.51, 0.4], 2.5, 0.06),
        shuffled_names(40, 1),
        {"state": [STATES[at % 3] for at in range(30)]},
    ),
    "many": named(
        modules(52, 72, 24, [1.4, 1.1, 0.85, 0.66, 0.51, 0.4], 2.5, 0.1),
        shuffled_names(72, 2),
        {"state": [STATES[at % 3] for at in range(24)]},
    ),
    "short": named(modules(43, 120, 16, [1.1, 0.8, 0.6, 0.45, 0.33, 0.24], 3.5, 0.02), shuffled_names(120, 3)),
    "long": named(modules(59, 700, 12, [1.1, 0.8, 0.6, 0.45, 0.33, 0.24], 4.0, 0.0), shuffled_names(700, 4)),
}


def encodings():
    tokens, medians = table_values(TABLES["tokens"]), table_values(TABLES["medians"])
    both = rank_encode(DATA["ids"], tokens=tokens, medians=medians, max_length=25)
    case("rank_encode", "dictionary", "ids", both, tokens="tokens", medians="medians", max_length=25)
    own = rank_encode(DATA["ids"], min_cells=8)
    case("rank_encode", "own_medians", "ids", own, min_cells=8)
    case("rank_encode", "own_medians_of_tokens", "ids", rank_encode(DATA["ids"], tokens=tokens), tokens="tokens")
    only = rank_encode(DATA["ids"], medians=medians)
    case("rank_encode", "medians_without_tokens", "ids", only, medians="medians")


def perturbations():
    some = ["g007", "g021", "g033"]
    # A low temperature makes differences of the embedding large, and it is made with products in f32.
    svd = {"genes": some, "dimensions": 6, "temperature": 1.0}
    # Sequences of 32 genes: see `ppmi_embedding`.
    ppmi = {"genes": some, "dimensions": 6, "embedding": "ppmi", "max_length": 32}
    to_goal = {"state_column": "state", "start_state": "start", "goal_state": "goal"}
    cases = {
        "attention_mask": svd,
        "attention_mask_ppmi": ppmi,
        "mask": {**svd, "mode": "mask", "position_weight": 0.5},
        "mask_ppmi": {**ppmi, "mode": "mask"},
        "delete": {**svd, "mode": "delete"},
        "delete_with_positions": {**svd, "mode": "delete", "position_weight": 0.5, "null_draws": 8},
        "delete_together_ppmi": {
            **ppmi, "mode": "delete", "position_weight": 0.5, "null_draws": 4, "together": True,
            "genes": ["g021", "g007"],
        },
        "delete_keep_positions": {**svd, "mode": "delete_keep_positions", "position_weight": 0.5, "temperature": 0.7},
        "shift_only": {**svd, "mode": "shift_only", "position_weight": 0.5, "null_draws": 5},
        # Some cells lack the genes, and have no room for one more.
        "overexpress": {**svd, "mode": "overexpress", "position_weight": 0.5, "null_draws": 6, "max_length": 36},
        "states": {**svd, **to_goal, "alternative_states": ["other"], "position_weight": 0.5},
        "random_delete": {**svd, "mode": "random_delete"},
        "random_delete_together": {
            **svd, "mode": "random_delete", "position_weight": 0.5, "null_draws": 5, "together": True,
        },
        "states_overexpress": {**svd, **to_goal, "mode": "overexpress", "position_weight": 0.5, "null_draws": 4},
    }  # fmt: skip
    for name, parameters in cases.items():
        case("perturb", name, "few", perturb(DATA["few"], **parameters), **parameters)
    everything = {"genes": "all", "dimensions": 6, "temperature": 1.0, **to_goal, "alternative_states": ["other"]}
    found = perturb(DATA["many"], **everything)
    # Another view of the same, and large.
    del found["tables"]["gene_shifts"]
    case("perturb", "states_of_all", "many", found, **everything)
    drawn = {"genes": "all", "dimensions": 6, "temperature": 1.0, "mode": "random_delete"}
    found = perturb(DATA["many"], **drawn)
    del found["tables"]["gene_shifts"]
    case("perturb", "random_delete_of_all", "many", found, **drawn)


def levels():
    """The engines that know no ranks."""
    some = ["g007", "g021", "g033"]
    cases = {
        "conditional": {"genes": some},
        "conditional_overexpress": {"genes": some, "mode": "overexpress"},
        "conditional_together": {"genes": some, "together": True},
        "network": {"genes": some},
        "network_overexpress_together": {"genes": some[:2], "mode": "overexpress", "together": True, "steps": 5},
    }
    for name, parameters in cases.items():
        parameters = {"engine": name.split("_")[0], **parameters}
        case("perturb", name, "few", perturb_levels(DATA["few"], **parameters), **parameters)


def comparisons():
    few = ["cell2", "cell5", "cell11"]
    short = {"genes": ["g010", "g077"], "cells": few, "dimensions": 6, "temperature": 1.0}
    case("compare_modes", "short", "short", compare_modes(DATA["short"], **short), **short)
    long = {"genes": ["g123", "g456"], "cells": ["cell1", "cell7"], "dimensions": 6}
    case("compare_modes", "placebos", "long", compare_modes(DATA["long"], **long, with_genes=False), **long)


write(FOLDER / INPUT, {"datasets": DATA, "tables": TABLES})
encodings()
perturbations()
levels()
comparisons()
