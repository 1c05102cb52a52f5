"""Writes the golden links: version 1 of a link, made without Cuvette's own code.

postcard: lengths and integers as varints (LEB128), texts as length and UTF-8, options as 0 or 1 and
the value, structs field by field. Then deflate, a length in front, base64url, CRC-32.

    python3 tests/golden/make/links.py tests/golden/links

A link that was released is never written anew: add files, change none.
"""

import base64
import json
import pathlib
import sys
import zlib


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def text(value):
    raw = value.encode()
    return varint(len(raw)) + raw


def many(items, write):
    return varint(len(items)) + b"".join(write(item) for item in items)


def compact(value):
    return text(json.dumps(value, separators=(",", ":"), ensure_ascii=False) if value else "")


def fingerprint(value):
    if value is None:
        return b"\0"
    sides = [bytes.fromhex(value.get(side, "")) for side in ("bytes", "matrix")]
    prints = b"".join(varint(len(side)) + side for side in sides)
    shape = value.get("shape")
    return b"\1" + prints + (b"\0" if shape is None else b"\1" + varint(shape[0]) + varint(shape[1]))


def input_(value):
    return (
        text(value["name"])
        + text(value["file"])
        + text(value.get("as", ""))
        + compact(value.get("import"))
        + fingerprint(value.get("fingerprint"))
    )


def step(value):
    return (
        text(value["id"])
        + text(value["run"])
        + many(value["of"], text)
        + compact(value.get("with"))
        + (b"\1" if value.get("off") else b"\0")
    )


def link(recipe, selected, shown=""):
    payload = (
        text(recipe.get("title", ""))
        + many(recipe["inputs"], input_)
        + many(recipe["steps"], step)
        + text(selected)
        + (text(shown) if shown else b"")
    )
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(payload) + packer.flush()
    encoded = base64.urlsafe_b64encode(varint(len(packed)) + packed).decode().rstrip("=")
    body = f"c1.d.{encoded}"
    return f"#{body}.{zlib.crc32(body.encode()):08x}\n"


SHA = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

CASES = {
    "c1-two-studies": {
        "selected": "agreement",
        "recipe": {
            "cuvette": 1,
            "title": "Zwei Studien, é und 遺伝子",
            "inputs": [
                {
                    "name": "first",
                    "file": "first.tsv.gz",
                    "as": "matrix",
                    "import": {"delimiter": "semicolon", "decimal": "comma"},
                    "fingerprint": {"bytes": SHA, "matrix": SHA[::-1], "shape": [6125, 700]},
                },
                {"name": "second", "file": "", "fingerprint": {"bytes": SHA}},
                {"name": "labels", "file": "labels.tsv", "as": "sample_table"},
            ],
            "steps": [
                {"id": "logged", "run": "log", "of": ["first", "labels"], "with": {"base": "e", "pseudocount": 0.1}},
                {"id": "flipped", "run": "flip_sign", "of": ["second"], "off": True},
                {"id": "agreement", "run": "cross_study", "of": ["logged", "flipped"]},
            ],
        },
    },
    "c1-empty": {"selected": "", "recipe": {"cuvette": 1, "inputs": [], "steps": []}},
    "c1-shown": {
        "selected": "pca",
        "shown": '{"pca":{"color":{"column":"Gewebe, é"},"statistic":"PC2 PC3","subject":"s 1"}}',
        "recipe": {
            "cuvette": 1,
            "inputs": [{"name": "a", "file": "a.csv"}],
            "steps": [{"id": "pca", "run": "pca", "of": ["a"]}],
        },
    },
    "c1-analysis-of-another-time": {
        "selected": "s",
        "recipe": {
            "cuvette": 1,
            "inputs": [{"name": "a", "file": "a.csv"}],
            "steps": [
                {"id": "s", "run": "no_longer_there", "of": ["a", "a.b"],
                 "with": {"x": [1, -2.5, "t", True], "y": {"z": 9007199254740993}}},
            ],
        },
    },
}

if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    for name, case in CASES.items():
        path = folder / f"{name}.txt"
        if path.exists():
            print(f"{path} stays as it is")
            continue
        path.write_text(link(case["recipe"], case["selected"], case.get("shown", "")))
        path.with_suffix(".json").write_text(json.dumps(case, indent=2, ensure_ascii=False) + "\n")
