"""Writes tests/golden/encoder: a tiny BERT with random weights as its users would drop it
(safetensors in three precisions, config.json, dictionaries as pickles of every protocol), and its
hidden states by NumPy from the definition: a post-LayerNorm encoder with learned positions.

Run from the root of the repository: python tests/golden/make/encoder.py
Needs numpy; the version used stands in the files.
"""

import json
import math
import os
import pickle
import platform
import struct
from collections import OrderedDict, defaultdict

import numpy

FOLDER = "tests/golden/encoder/"
VOCABULARY, HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 60, 32, 3, 4, 64, 160
EPSILON = 1e-12


def random_weights(generator):
    def normal(*shape, scale=0.2, mean=0.0):
        return generator.normal(mean, scale, shape).astype(numpy.float32)

    weights = {
        "bert.embeddings.word_embeddings.weight": normal(VOCABULARY, HIDDEN, scale=0.5),
        "bert.embeddings.position_embeddings.weight": normal(POSITIONS, HIDDEN, scale=0.5),
        "bert.embeddings.token_type_embeddings.weight": normal(2, HIDDEN, scale=0.5),
    }

    def norm(name):
        weights[name + ".weight"] = normal(HIDDEN, mean=1.0)
        weights[name + ".bias"] = normal(HIDDEN)

    def linear(name, n_out, n_in):
        weights[name + ".weight"] = normal(n_out, n_in, scale=0.3)
        weights[name + ".bias"] = normal(n_out)

    norm("bert.embeddings.LayerNorm")
    for layer in range(LAYERS):
        start = f"bert.encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            linear(start + "attention.self." + part, HIDDEN, HIDDEN)
        linear(start + "attention.output.dense", HIDDEN, HIDDEN)
        norm(start + "attention.output.LayerNorm")
        linear(start + "intermediate.dense", INNER, HIDDEN)
        linear(start + "output.dense", HIDDEN, INNER)
        norm(start + "output.LayerNorm")
    # What an encoder has no use for: a head, a pooler, a buffer.
    weights["bert.pooler.dense.weight"] = normal(HIDDEN, HIDDEN)
    weights["cls.predictions.bias"] = normal(VOCABULARY)
    weights["bert.embeddings.position_ids"] = numpy.arange(POSITIONS, dtype=numpy.int64)[None]
    return weights


def half(values):
    return values.astype("<f2").tobytes()


def brain_half(values):
    bits = values.astype("<f4").view("<u4")
    rounded = bits + 0x7FFF + ((bits >> 16) & 1)
    return (rounded >> 16).astype("<u2").tobytes()


PRECISIONS = {
    "F32": lambda values: values.astype("<f4").tobytes(),
    "F16": half,
    "BF16": brain_half,
}


def widened(values, precision):
    """The numbers that are stored, in float32."""
    stored = PRECISIONS[precision](values)
    if precision == "BF16":
        bits = numpy.frombuffer(stored, "<u2").astype("<u4") << 16
        return bits.view("<f4").reshape(values.shape)
    kind = "<f4" if precision == "F32" else "<f2"
    return numpy.frombuffer(stored, kind).astype(numpy.float32).reshape(values.shape)


def safetensors(weights, precision):
    """https://github.com/huggingface/safetensors#format"""
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, values in weights.items():
        is_whole = values.dtype == numpy.int64
        stored = values.astype("<i8").tobytes() if is_whole else PRECISIONS[precision](values)
        header[name] = {
            "dtype": "I64" if is_whole else precision,
            "shape": list(values.shape),
            "data_offsets": [len(body), len(body) + len(stored)],
        }
        body += stored
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def layer_norm(x, weight, bias):
    centered = x - x.mean(axis=-1, keepdims=True)
    variance = (centered**2).mean(axis=-1, keepdims=True)
    return centered / numpy.sqrt(variance + EPSILON) * weight + bias


def gelu(x):
    return x * 0.5 * (1 + numpy.vectorize(math.erf)(x / math.sqrt(2))).astype(x.dtype)


def relu(x):
    return numpy.maximum(x, 0)


def hidden_states(weights, tokens, positions, seen, kind, activation=relu):
    """All of them: the embedding, then the output of each layer."""
    w = {
        name.removeprefix("bert."): values.astype(kind)
        for name, values in weights.items()
        if values.dtype != numpy.int64
    }

    def norm(x, name):
        return layer_norm(x, w[name + ".weight"], w[name + ".bias"])

    def linear(x, name):
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    x = w["embeddings.word_embeddings.weight"][tokens]
    x = x + w["embeddings.position_embeddings.weight"][positions]
    x = x + w["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, "embeddings.LayerNorm")
    states = [x]
    mask = numpy.where(seen, 0, numpy.finfo(kind).min).astype(kind)
    size = HIDDEN // HEADS
    for layer in range(LAYERS):
        start = f"encoder.layer.{layer}."
        q, k, v = (linear(x, start + "attention.self." + part) for part in ("query", "key", "value"))
        heads = []
        for head in range(HEADS):
            own = slice(head * size, (head + 1) * size)
            scores = q[:, own] @ k[:, own].T / kind(math.sqrt(size)) + mask
            shares = numpy.exp(scores - scores.max(axis=1, keepdims=True))
            heads.append(shares / shares.sum(axis=1, keepdims=True) @ v[:, own])
        x = norm(
            x + linear(numpy.concatenate(heads, axis=1), start + "attention.output.dense"),
            start + "attention.output.LayerNorm",
        )
        inner = activation(linear(x, start + "intermediate.dense"))
        x = norm(x + linear(inner, start + "output.dense"), start + "output.LayerNorm")
        states.append(x)
    return states


def cases(generator):
    """Each knock-out mode as tokens, positions and keys that are seen."""
    n, at, mask_token, pad_token = 12, 4, 1, 0
    tokens = generator.permutation(numpy.arange(4, VOCABULARY))[:n].tolist()
    positions, all_seen = list(range(n)), [True] * n
    without = lambda values: values[:at] + values[at + 1 :]
    yield "plain", tokens, positions, all_seen
    padded = tokens[:-3] + [pad_token] * 3
    yield "padded", padded, positions, [True] * (n - 3) + [False] * 3
    yield "attention_mask", tokens, positions, [i != at for i in range(n)]
    yield "mask", tokens[:at] + [mask_token] + tokens[at + 1 :], positions, all_seen
    yield "delete", without(tokens), list(range(n - 1)), [True] * (n - 1)
    yield "delete_keep_positions", without(tokens), without(positions), [True] * (n - 1)
    shifted = [i - (i > at) for i in range(n)]
    yield "shift_only", tokens, shifted, all_seen


def rounded(values):
    """Nine digits are those of float32."""
    return [float(f"{value:.9g}") for value in numpy.asarray(values, dtype=numpy.float64).ravel()]


def write(name, data):
    with open(FOLDER + name, "wb") as file:
        file.write(data)


def golden(name, what, tolerance, values):
    head = {
        "source": f"Python {platform.python_version()}, NumPy {numpy.__version__}",
        "command": "python tests/golden/make/encoder.py",
        "script": "make/encoder.py",
        "input": {"what": what},
        "tolerance": tolerance,
    }
    text = json.dumps(head, indent=1)[:-2] + ',\n "values": '
    text += json.dumps(values).replace(', {"', ',\n  {"').replace("[{", "[\n  {") + "\n}\n"
    write(name, text.encode())


def write_dictionaries(generator):
    genes = [f"ENSG{number:011d}" for number in sorted(generator.integers(1, 10**6, VOCABULARY - 4))]
    special = ["<pad>", "<mask>", "<cls>", "<eos>"]
    medians = generator.lognormal(1, 0.5, len(genes))
    whole_types = [numpy.int8, numpy.int16, numpy.int32, numpy.int64]
    whole_types += [numpy.uint8, numpy.uint16, numpy.uint32, numpy.uint64, int]
    # As the genuine ones: plain numbers for the special tokens, those of numpy for genes.
    tokens = {name: token for token, name in enumerate(special)}
    tokens |= {gene: whole_types[i % len(whole_types)](i + 4) for i, gene in enumerate(genes)}
    medians = {gene: numpy.float64(median) for gene, median in zip(genes, medians)}
    medians[genes[0]] = numpy.float32(1.1)
    medians[genes[1]] = numpy.float16(2.2)
    medians[genes[2]] = 3.3
    medians[genes[3]] = numpy.dtype(">f8").type(4.4)
    for protocol in range(6):
        write(f"token_dictionary.{protocol}.pkl", pickle.dumps(tokens, protocol))
        write(f"gene_median_dictionary.{protocol}.pkl", pickle.dumps(medians, protocol))
    names = {f"GENE{i}": gene for i, gene in enumerate(genes)} | {"": genes[0], "Gène": genes[1]}
    write("gene_name_id_dict.pkl", pickle.dumps(names, 4))
    ordered = OrderedDict((name, int(token)) for name, token in tokens.items())
    write("ordered.pkl", pickle.dumps(ordered, 2))
    default = defaultdict(int, {name: int(token) for name, token in tokens.items()})
    write("default.pkl", pickle.dumps(default, 4))
    write("token_dictionary.json", json.dumps({n: int(t) for n, t in tokens.items()}).encode())
    write("gene_median_dictionary.json", json.dumps({n: float(m) for n, m in medians.items()}).encode())
    table = "ensembl_id\ttoken\tmedian\n" + "".join(
        f"{name}\t{int(token)}\t{float(medians[name]) if name in medians else ''}\n"
        for name, token in tokens.items()
    )
    write("dictionary.tsv", table.encode())
    golden(
        "dictionaries.json",
        "token_dictionary.*, gene_median_dictionary.*, ordered.pkl, default.pkl, dictionary.tsv",
        {"abs": 0, "why": "read as written"},
        {
            "tokens": {name: int(token) for name, token in tokens.items()},
            "medians": {gene: float(median) for gene, median in medians.items()},
        },
    )


def main():
    os.makedirs(FOLDER, exist_ok=True)
    generator = numpy.random.default_rng(5)
    weights = random_weights(generator)
    files = {"F32": "model.safetensors", "F16": "half.safetensors", "BF16": "brain_half.safetensors"}
    for precision, name in files.items():
        write(name, safetensors(weights, precision))
    config = {
        "architectures": ["BertForMaskedLM"],
        "hidden_act": "relu",
        "hidden_size": HIDDEN,
        "intermediate_size": INNER,
        "layer_norm_eps": EPSILON,
        "max_position_embeddings": POSITIONS,
        "model_type": "bert",
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "pad_token_id": 0,
        "type_vocab_size": 2,
        "vocab_size": VOCABULARY,
    }
    write("config.json", (json.dumps(config, indent=2) + "\n").encode())
    write_dictionaries(generator)
    values, largest = [], 0
    for name, tokens, positions, seen in cases(generator):
        exact = hidden_states(weights, tokens, positions, seen, numpy.float64)
        single = hidden_states(weights, tokens, positions, seen, numpy.float32)
        largest = max(largest, *(abs(a - b).max() for a, b in zip(exact, single)))
        states = [rounded(state) for state in exact]
        case = {"case": name, "file": files["F32"], "activation": "relu"}
        case |= {"tokens": tokens, "positions": positions, "seen": seen}
        values.append(case | {"first_layer": 0, "states": states})
    plain = values[0]
    for precision, activation in (("F16", "relu"), ("BF16", "relu"), ("F32", "gelu")):
        kept = {
            name: array if array.dtype == numpy.int64 else widened(array, precision)
            for name, array in weights.items()
        }
        inputs = [plain[field] for field in ("tokens", "positions", "seen")]
        bend = gelu if activation == "gelu" else relu
        last = hidden_states(kept, *inputs, numpy.float64, bend)[-1]
        case = plain | {"case": f"{precision} {activation}", "file": files[precision]}
        case |= {"activation": activation, "first_layer": LAYERS, "states": [rounded(last)]}
        values.append(case)
    # Longer than the tiles in which attention is computed; the sum of each row stands for it.
    long_tokens = generator.integers(4, VOCABULARY, POSITIONS - 10).tolist()
    long_positions = list(range(POSITIONS - 10))
    long_seen = [i % 11 != 3 for i in range(POSITIONS - 10)]
    states = hidden_states(weights, long_tokens, long_positions, long_seen, numpy.float64)
    case = {"case": "long", "file": files["F32"], "activation": "relu", "tokens": long_tokens}
    case |= {"positions": long_positions, "seen": long_seen, "first_layer": LAYERS - 1}
    values.append(case | {"rows": 7, "states": [rounded(state[::7]) for state in states[-2:]]})
    why = f"float32; NumPy in float32 is within {largest:.1e} of itself in float64"
    golden(
        "hidden_states.json",
        "model.safetensors, half.safetensors, brain_half.safetensors, config.json",
        {"abs": 1e-5, "why": why},
        values,
    )


main()
