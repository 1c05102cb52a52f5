"""Writes every file of this folder: python3 make.py"""
import gzip
import io
import os
import tarfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
GENES = ["TP53", "BRCA1", "MYC", "EGFR", "ALB", "GAPDH", "ACTB", "FN1"]
SAMPLES = ["ctrl_1", "ctrl_2", "tgfb_1", "tgfb_2"]


def value(gene, sample):
    """Decimals with two digits that differ in every cell."""
    return f"{(7 * gene + 3 * sample) % 11 + 0.25 * sample + 0.37:.2f}"


def rows(delimiter=",", decimal=".", genes=GENES, corner="gene"):
    lines = [delimiter.join([corner, *SAMPLES])]
    for number, gene in enumerate(genes):
        cells = [value(number, sample).replace(".", decimal) for sample in range(4)]
        lines.append(delimiter.join([gene, *cells]))
    return lines


def counts(genes=GENES):
    lines = ["gene\t" + "\t".join(SAMPLES)]
    for number, gene in enumerate(genes):
        lines.append("\t".join([gene, *[str((number + 1) * 37 + 11 * sample) for sample in range(4)]]))
    return lines


def put(name, content):
    if isinstance(content, list):
        content = "\n".join(content) + "\n"
    if isinstance(content, str):
        content = content.encode()
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(content)


def packed(text):
    return gzip.compress(text.encode(), mtime=0)


def text(lines, end="\n"):
    return end.join(lines) + end


def changed(lines, line, cell, new, delimiter=","):
    lines = list(lines)
    cells = lines[line].split(delimiter)
    cells[cell] = new
    lines[line] = delimiter.join(cells)
    return lines


# Delimiters and line ends
put("comma.csv", rows())
put("tab.tsv", rows("\t"))
put("semicolon.csv", rows(";"))
put("pipe.txt", rows("|"))
put("blanks.txt", rows(" "))
put("aligned_blanks.txt", [line.replace(" ", "    ") for line in rows(" ")])
put("crlf.csv", text(rows(), "\r\n"))
put("cr.csv", text(rows(), "\r"))
put("mixed_line_ends.csv", "\r\n".join(rows()[:4]) + "\n" + "\r".join(rows()[4:]))
put("no_final_line_end.csv", "\n".join(rows()))
put("trailing_delimiter.csv", [line + "," for line in rows()])
put("trailing_delimiter_in_body.csv", rows()[:1] + [line + "," for line in rows()[1:]])

# Encodings
put("bom.csv", b"\xef\xbb\xbf" + text(rows()).encode())
put("utf_16_le.txt", b"\xff\xfe" + text(rows("\t"), "\r\n").encode("utf-16-le"))
put("utf_16_be.txt", b"\xfe\xff" + text(rows("\t"), "\r\n").encode("utf-16-be"))
put("utf_16_no_mark.txt", text(rows("\t")).encode("utf-16-le"))
latin = text(rows()).replace("ctrl_1", "Müller_1").replace("BRCA1", "gène")
put("latin_1.csv", latin.encode("latin-1"))
put("utf_8_letters.csv", latin)

# Compression
put("one_member.csv.gz", packed(text(rows())))
lines = rows()
put("two_members.csv.gz", packed(text(lines[:4])) + packed(text(lines[4:])))
put("cut.csv.gz", packed(text(rows()))[:-20])
put("flipped.csv.gz", (lambda b: b[:40] + bytes([b[40] ^ 0xFF]) + b[41:])(packed(text(rows()))))
put("not_packed.csv.gz", rows())

# Headers
put("header_one_short.tsv", ["\t".join(SAMPLES)] + rows("\t")[1:])
put("header_blank_first.csv", rows(corner=""))
put("header_quoted_blank.csv", ['"",' + ",".join(f'"{s}"' for s in SAMPLES)] + [f'"{g}",' + l.split(",", 1)[1] for g, l in zip(GENES, rows()[1:])])
put("header_hash.tsv", rows("\t", corner="#gene"))
put("header_missing.tsv", rows("\t")[1:])
put("header_of_numbers.csv", ["entrez,1,2,3,4"] + [f"{1000 + n},{l.split(',', 1)[1]}" for n, l in enumerate(rows()[1:])])
put("header_digit_and_hyphen.csv", ["gene,1-ctrl,2.ctrl,3 tgfb,tgfb-4"] + rows()[1:])
put("title_above.csv", ["Table S1. Expression of eight genes", ""] + rows())
put("comment_above.tsv", ["# Program:featureCounts v2.0.1; Command:\"featureCounts\" \"-a\" \"x.gtf\""] + rows("\t"))
put("groups_in_second_line.csv", rows()[:1] + [",control,control,tgfb,tgfb"] + rows()[1:])

# Columns
annotated = [l.split("\t") for l in counts()]
put("notes_before.tsv", ["\t".join([r[0], n, d] + r[1:]) for r, n, d in zip(annotated, ["symbol2", *["a", "b"] * 4], ["description", *[f"protein {i}, long" for i in range(8)]])])
put("notes_after.tsv", ["\t".join(r + [d]) for r, d in zip(annotated, ["description", *[f"protein {i}" for i in range(8)]])])
put("notes_on_both_sides.csv", [",".join([r[0], d] + r[1:] + [e]) for r, d, e in zip(annotated, ["biotype", *["coding", "lnc"] * 4], ["note", *[f"n{i}" for i in range(8)]])])
put("entrez_beside_symbol.tsv", ["\t".join([r[0], e] + r[1:]) for r, e in zip(annotated, ["EntrezID", *[str(1000 + 17 * i) for i in range(8)]])])
feature = ["\t".join(["Geneid", "Chr", "Start", "End", "Strand", "Length", *[f"/data/{s}.bam" for s in SAMPLES]])]
for n, row in enumerate(annotated[1:]):
    feature.append("\t".join([f"ENSG{n + 1:011}", "1;1", f"{100 * n};{100 * n + 50}", f"{100 * n + 9};{100 * n + 60}", "+;+", str(900 + n)] + row[1:]))
put("feature_counts.txt", ["# Program:featureCounts v2.0.1; Command:x"] + feature)
put("row_numbers.csv", ['"","gene",' + ",".join(SAMPLES)] + [f'"{i + 1}",{l}' for i, l in enumerate(rows()[1:])])
put("calls_beside_values.tsv", ["id\tdescription\t1\tcall\t2\tcall\t3\tcall"] + [f"{g}_at\tgene {g}\t{n}.5\tP\t{n * 3}.25\tA\t{n + 70}\tM" for n, g in enumerate(GENES + [g + "2" for g in GENES])])
put("quoted_delimiter.csv", ["gene,description,a,b,c"] + [f'{g},"kinase, type {n}",{n}.5,{n}.25,{n}.125' for n, g in enumerate(GENES)])
put("quoted_line_break.csv", ["gene,description,a,b,c"] + [f'{g},"line one\nline ""{n}""",{n}.5,{n}.25,{n}.125' for n, g in enumerate(GENES)])
put("quoted_numbers.csv", rows()[:1] + [",".join([l.split(",")[0], *[f'"{c}"' for c in l.split(",")[1:]]]) for l in rows()[1:]])
put("inch_sign.tsv", ["gene\tdescription\ta\tb\tc"] + [f'{g}\t{n}" disk\t{n}.5\t{n}.25\t{n}.125' for n, g in enumerate(GENES)])
put("samples_in_rows.csv", ["sample,group," + ",".join(f"ENSG{i:011}" for i in range(1, 8))] + [f"{s},{s[:4]}," + ",".join(value(i, n) for i in range(7)) for n, s in enumerate(SAMPLES)])
put("one_sample.tsv", [l.rsplit("\t", 3)[0] for l in counts(["ENSG%011d" % i for i in range(8)])])
put("htseq.txt", [f"ENSG{i:011}\t{i * 31 + 5}" for i in range(12)] + ["__no_feature\t9999", "__ambiguous\t12", "__too_low_aQual\t0", "__not_aligned\t3", "__alignment_not_unique\t77"])

# Numbers
put("decimal_comma.csv", rows(";", ","))
put("decimal_comma_tab.tsv", rows("\t", ","))
put("decimal_comma_quoted.csv", rows()[:1] + [",".join([l.split(";")[0], *[f'"{c}"' for c in l.split(";")[1:]]]) for l in rows(";", ",")[1:]])
put("thousands_point.csv", changed(rows(";", ","), 3, 2, "4.812,5", ";"))
put("thousands_comma.tsv", changed(rows("\t"), 3, 2, "4,812.5", "\t"))
put("doubtful_comma.csv", ["gene;a;b;c"] + [f"{g};1,{n}25;{n + 1},500;{n + 2},125" for n, g in enumerate(GENES)])
put("doubtful_comma_one_point.csv", changed(["gene;a;b;c"] + [f"{g};1,{n}25;{n + 1},500;{n + 2},125" for n, g in enumerate(GENES)], 5, 2, "9.137", ";"))
put("doubtful_comma_mostly_clear.csv", changed(rows(";", ","), 3, 1, "3,207", ";"))
put("exponents.csv", changed(changed(rows(), 2, 1, "1e-3"), 3, 2, "2.5E+02"))
put("typeset_minus.csv", changed(rows(), 2, 1, "\u22121.5"))
put("infinity.csv", changed(changed(rows(), 2, 1, "Inf"), 4, 2, "-inf"))
put("too_large.csv", changed(rows(), 2, 1, "1e39"))
put("missing_spellings.csv", changed(changed(changed(changed(rows(), 1, 1, "NA"), 2, 2, "#N/A"), 3, 3, "null"), 4, 4, ""))
put("text_among_numbers.csv", changed(rows(), 4, 3, "n/d"))
put("below_detection.csv", changed(changed(rows(), 2, 2, "<LOD"), 5, 1, "<LOD"))
put("excel_error.csv", changed(rows(), 4, 3, "#DIV/0!"))
put("excel_errors.csv", changed(changed(changed(changed(changed(rows(), 1, 1, "#NV"), 2, 2, "#NUM!"), 3, 3, "#NAME?"), 4, 4, "#REF!"), 5, 1, "#WERT!"))
put("late_decimal_comma.csv", [l.replace(".", "") for l in rows(";")[:8]] + ["LAST;1,5;2,5;3,5;4,25"])

# Rows
put("short_row.csv", changed(rows(), 4, 4, "")[:4] + ["EGFR,1.5,2.5"] + rows()[5:])
put("long_row.csv", rows()[:4] + [rows()[4] + ",9.9"] + rows()[5:])
put("unquoted_comma_in_note.csv", ["gene,a,b,c,note", "TP53,1.5,2.5,3.5,kinase", "MYC,1.5,2.5,3.25,kinase, type 2", "ALB,0.5,1.5,2.5,other"])
put("blank_lines.csv", rows()[:3] + ["", ",,,,"] + rows()[3:] + ["", ""])
put("brace_at_end.tsv", counts() + ["}"])
put("mean_at_end.tsv", counts() + ["", "Mean\t" + "\t".join(["200.5"] * 4)])
put("total_at_end.tsv", counts() + ["Total\t" + "\t".join(["1000"] * 4)])
put("cut_mid_row.csv", text(rows())[:-12])
put("open_quote.csv", changed(rows(), 3, 0, '"MYC'))
put("zero_and_constant_rows.tsv", counts() + ["ZERO\t0\t0\t0\t0", "SAME\t5\t5\t5\t5", "NONE\tNA\tNA\tNA\tNA"])
put("zero_column.tsv", [l + "\t" + ("ctrl_3" if i == 0 else "0") for i, l in enumerate(counts())])
put("same_column_twice.csv", [l + "," + ("tgfb_3" if i == 0 else l.split(",")[4]) for i, l in enumerate(rows())])

# Names
put("repeated_genes.tsv", counts(["Y_RNA", "TP53", "Y_RNA", "snoU13", "Y_RNA", "snoU13", "MYC", "ALB"]))
put("repeated_samples.csv", [rows()[0].replace("ctrl_2", "ctrl_1")] + rows()[1:])
put("dates.tsv", counts(["2-Sep", "1-Mar", "TP53", "02. Sep", "MYC", "EGFR", "ALB", "DEC1"]))
put("dates_of_all_kinds.tsv", counts(["TP53", "44256", "01.12.2023", "2023-09-02", "1-Mar", "1-Mar", "1.Dez", "MYC", "EGFR", "ALB", "FN1", "ACTB", "GAPDH"]))
put("riken.tsv", counts(["2.31E+13", "TP53", "MYC", "EGFR", "ALB", "FN1", "ACTB", "GAPDH"]))
put("versions.tsv", counts([f"ENSG{i:011}.{i + 1}" for i in range(8)]))
put("nameless_row.csv", changed(rows(), 3, 0, ""))

# Kinds
put("log_ratios.csv", rows()[:1] + [f"{g},{-n * 0.3 + 1:.2f},{n * 0.21 - 0.8:.2f},{0.5 - n * 0.11:.2f},{n * 0.4 - 1.3:.2f}" for n, g in enumerate(GENES)])
put("tpm.tsv", ["gene\ta\tb"] + [f"{g}\t{v}\t{w}" for g, v, w in zip(GENES, ["500000.5", "250000", "125000", "62500", "31250", "15625", "7812.5", "7812"], ["7812.5", "7812", "15625", "31250", "62500", "125000", "250000", "500000.5"])])
put("sample_table.csv", ["sample,condition,batch"] + [f"{s},{s[:4]},{n % 2}" for n, s in enumerate(SAMPLES)])
put("gene_table.tsv", ["gene\tlength\tbiotype"] + [f"{g}\t{900 + 31 * n}\tcoding" for n, g in enumerate(GENES)])
put("gene_list.txt", GENES)
put("gene_list_header.txt", ["symbol", *GENES])
put("gene_list_one_line.txt", ", ".join(GENES))
put("sets.gmt", [f"SET_{n}\thttp://example.org\t" + "\t".join(GENES[: n + 2]) for n in range(3)])
put("classes.cls", ["4 2 1", "# ctrl tgfb", "0 0 1 1"])
gct = [l.split("\t") for l in counts()]
put("gct_1_2.gct", ["#1.2", "8\t4"] + ["\t".join([r[0], d] + r[1:]) for r, d in zip(gct, ["Description"] + ["na"] * 8)])
put("gct_wrong_counts.gct", ["#1.2\t\t", "9\t5\t\t"] + ["\t".join([r[0], d] + r[1:]) for r, d in zip(gct, ["Description"] + ["na"] * 8)])
put("gct_1_3.gct", ["#1.3", "8\t4\t1\t2"] + ["\t".join([gct[0][0], "chr"] + gct[0][1:]), "dose\tna\t0\t0\t5\t5", "batch\tna\ta\tb\ta\tb"] + ["\t".join([r[0], "chr1"] + r[1:]) for r in gct[1:]])
put("gct_cut_header.gct", ["#1.3", "8\t4\t1\t2", "id\tchr\ta\tb\tc\td"])

# Other formats, recognized
put("empty.csv", b"")
put("only_blanks.csv", b"\n\n  \n")
put("header_only.csv", rows()[:1])
put("workbook.csv", b"PK\x03\x04\x14\x00\x06\x00" + b"\0" * 20 + b"xl/workbook.xml" + b"\0" * 40)
put("page.tsv", "<!DOCTYPE html>\n<html><body>404</body></html>\n")
put("object.csv", '{"genes": ["TP53"]}\n')
put("series_matrix.txt", '!Series_title\t"x"\n!Sample_title\t"a"\t"b"\n')
put("matrix.mtx", "%%MatrixMarket matrix coordinate integer general\n2 2 1\n1 1 5\n")
put("hdf5.h5ad", b"\x89HDF\r\n\x1a\n" + b"\0" * 64)
put("data.rds.gz", gzip.compress(b"X\n\0\0\0\x03\0\x04\x02\x02", mtime=0))
put("prose.txt", "This is a letter about genes.\nIt has two long lines of words and nothing else in it.\n")
put("noise.csv", bytes((i * 73 + 19) % 256 for i in range(600)))

# Counts in cells, packed in two ways
CELLS = {
    "outs/raw/matrix.mtx": "%%MatrixMarket matrix coordinate integer general\n%\n3 4 5\n3 1 1\n1 1 50\n2 2 300\n2 4 9\n1 4 2\n",
    "outs/raw/features.tsv": "ENSG01\tTP53\tGene Expression\nCD3\tCD3\tAntibody Capture\nENSG03\tGAPDH\tGene Expression\n",
    "outs/raw/barcodes.tsv": "AAAC-1\nAAAG-1\nAAAT-1\nAACA-1\n",
}


def cells_in_tar():
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, text in CELLS.items():
            info = tarfile.TarInfo(path + ".gz")
            # Written in records of their own before the member.
            info.pax_headers = {"comment": "a note"}
            info.size = len(packed(text))
            archive.addfile(info, io.BytesIO(packed(text)))
    return raw.getvalue()


def cells_in_zip():
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in CELLS.items():
            archive.writestr(zipfile.ZipInfo(path), text, zipfile.ZIP_DEFLATED)
    return raw.getvalue()


put("cells.tar", cells_in_tar())
put("cells.zip", cells_in_zip())
put("cells_without_names.tar.gz", gzip.compress(cells_in_tar()[:2048] + bytes(1024), mtime=0))
