"""A workbook as a core facility sends it, and what a reader should make of it.

Simulated. openpyxl 3.1.5 writes the workbook and reads it again for the expected cells, so that
neither end is ours. Run from the repository's root:

    python3 tests/golden/make/sheets.py
"""

import datetime
import json
import random
import zipfile
from pathlib import Path

import openpyxl

assert openpyxl.__version__ == "3.1.5", openpyxl.__version__
FOLDER = Path("tests/golden/sheets")
WHEN = datetime.datetime(2024, 1, 2, 3, 4, 5)


def write(path):
    random.seed(7)
    book = openpyxl.Workbook()
    book.properties.creator = "simulated"
    book.properties.created = book.properties.modified = WHEN
    readme = book.active
    readme.title = "Read me"
    readme.append(["Gene counts, run 7"])
    readme.append(["Do not sort single columns"])
    counts = book.create_sheet("Counts")
    counts.append(["Gene counts, run 7"])
    counts.append([])
    counts.append(["gene", "description", *[f"S{n}" for n in range(1, 7)]])
    for n in range(40):
        values = [random.randrange(0, 4000) for _ in range(6)]
        counts.append([f"GENE{n}", f"made-up gene {n}", *values])
    counts["A10"] = datetime.date(2021, 3, 1)
    counts["A10"].number_format = "d-mmm"
    counts["B11"] = 'of "two"\nlines'
    counts["C12"] = "#N/A"
    counts["C12"].data_type = "e"
    counts["D13"] = None
    counts["E14"] = "=SUM(C14:D14)"
    counts["F15"] = 0.1 + 0.2
    counts["G16"] = "17"
    counts["G16"].data_type = "s"
    counts.merge_cells("A1:C1")
    counts.row_dimensions[20].hidden = True
    counts.column_dimensions["H"].hidden = True
    samples = book.create_sheet("Samples")
    samples.append(["sample", "group", "received"])
    for n in range(1, 7):
        samples.append([f"S{n}", "ab"[n % 2], datetime.datetime(2024, 5, n, 12, 30)])
    old = book.create_sheet("Old")
    old.sheet_state = "hidden"
    for n in range(60):
        old.append([f"GENE{n}", *[1] * 8])
    book.save(path)


def without_times(path):
    """The archive again with fixed times, so that two runs give the same bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            if name == "docProps/core.xml":
                continue
            if name in ("[Content_Types].xml", "_rels/.rels"):
                content = without_core(content)
            archive.writestr(zipfile.ZipInfo(name, WHEN.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)


def without_core(content):
    """openpyxl writes the hour of saving into a part that no reader needs."""
    import re

    return re.sub(rb"<(Override|Relationship)[^>]*core[^>]*/>", b"", content)


def words(cell):
    value = cell.value
    if value is None or cell.data_type == "f":
        return ""
    if isinstance(value, (datetime.date, datetime.datetime)):
        midnight = datetime.time(0)
        has_time = isinstance(value, datetime.datetime) and value.time() != midnight
        return value.strftime("%Y-%m-%d %H:%M:%S" if has_time else "%Y-%m-%d")
    if isinstance(value, float):
        return repr(value)
    return str(value).replace("\n", " ")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "core_facility.xlsx"
    write(path)
    without_times(path)
    book = openpyxl.load_workbook(path)
    expected = {
        sheet.title: [[words(cell) for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets
    }
    text = json.dumps(expected, indent=0, ensure_ascii=False)
    (FOLDER / "core_facility.json").write_text(text + "\n")


main()
