// Counts in single cells as 10x writes them: an archive, three files dropped together, a folder.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT, browsers, openSettled } from "./harness.mjs";
import {
  LISTEN_TO_DOWNLOADS,
  addStep,
  inPage,
  isThere,
  press,
  set,
  table,
  texts,
  untilPainted,
  untilState,
  untilThere,
  untilUpToDate,
} from "./workbench.mjs";

// Made by Python: `tests/golden/make/cells.py`.
const golden = (name) => readFileSync(join(ROOT, "tests/golden/cells", name));
const FOLDER = JSON.parse(golden("folder.json"));
const SCIPY = JSON.parse(golden("scipy.json"));
const SHORT_SUM = `${FOLDER.sha256.slice(0, 8)} … ${FOLDER.sha256.slice(-4)}`;

/** A tar archive of texts, with nothing but what must stand in its headers. */
const tar = (files) => {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    const put = (at, words) => header.write(words, at, "latin1");
    put(0, path);
    put(124, `${content.length.toString(8).padStart(11, "0")}\0`);
    put(148, " ".repeat(8));
    put(156, "0");
    put(257, "ustar\x0000");
    put(148, `${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
};

const drop = (page, name, bytes) =>
  inPage(page, `drop(new File([new Uint8Array(arguments[1])], arguments[0]))`, name, [...bytes]);
const dropTexts = (page, files) =>
  inPage(page, `drop(...arguments[0].map(([name, text]) => table(name, text)))`, Object.entries(files));
const finding = (page, code) =>
  page.evaluate(`return document.querySelector(arguments[0])?.textContent ?? ""`, `[data-finding="${code}"]`);
const gridRow = (page, gene) =>
  page.evaluate(
    `const row = [...document.querySelectorAll("#preview-grid tbody tr")].find((row) => row.children[1]?.textContent === arguments[0]);
     return row ? [...row.querySelectorAll("td")].map((cell) => cell.textContent) : [];`,
    gene,
  );

/** Adds what is looked at to the recipe, and gives the start and end of its fingerprint. */
const addAndPrint = async (page, name) => {
  await press(page, "#accept:enabled");
  await untilState(page, `[data-input="${name}"]`, "ready", "warning");
  await press(page, `button[aria-label="Share link…"]`);
  await page.waitForText("#link-state", /characters: fits/);
  const [bytes] = await texts(page, ".prints td");
  await press(page, `#share button[aria-label="Close"]`);
  return bytes;
};

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  claim("an archive is looked at, read, and keeps its sums through steps", async (t) => {
    const page = await openSettled(t, browser);
    await page.evaluate(LISTEN_TO_DOWNLOADS);
    await drop(page, "scipy.tar.gz", golden("scipy.tar.gz"));
    await page.waitForText("[data-import] .page-head p", /10x Matrix Market \(v3\).*60 genes × 40 samples/);
    assert.match(await finding(page, "other_features"), /3 Antibody Capture/);
    assert.match(await finding(page, "empty_cells"), /1 cell has no counts/);
    assert.deepEqual((await gridRow(page, SCIPY.genes[1])).slice(0, 2), [SCIPY.genes[1], "GENE0"]);
    assert.equal(await isThere(page, "#preview-grid thead summary"), false, "columns have no choice");
    assert.deepEqual(await page.accessibilityFindings(), [], "look at an archive");
    await press(page, "#accept:enabled");
    await untilState(page, `[data-input="scipy"]`, "ready", "warning");
    for (const figure of ["values", "library_size", "density"]) await untilPainted(page, figure);

    await addStep(page, "filter_genes");
    await set(page, "#field-min_value", "1");
    await untilUpToDate(page, "filter_genes");
    const { rows } = await table(page, "values");
    const sums = new Map(rows.map(([gene, ...cells]) => [gene, cells.map(Number).reduce((a, b) => a + b)]));
    assert.equal(sums.get("ENSG00000000007"), SCIPY.gene_sums[7]);
    assert.equal(sums.get("ENSG00000000008"), SCIPY.gene_sums[8]);
    assert.ok(!sums.has("ENSG00000000004"), "a gene without counts is left out");

    // A step that reads every zero works on what is small enough.
    await addStep(page, "log");
    await untilUpToDate(page, "log");
  });

  claim("three files dropped together are one input, the same as their archive", async (t) => {
    const page = await openSettled(t, browser);
    await dropTexts(page, FOLDER.files);
    await page.waitForText("[data-import] .page-head p", /10x Matrix Market \(v2\).*3 genes × 4 samples/);
    assert.deepEqual(await gridRow(page, "ENSG02"), ["ENSG02", "MYC", "0", "300", "0", "9"]);
    assert.equal(await addAndPrint(page, "cells"), SHORT_SUM);

    const other = await openSettled(t, browser);
    const bytes = tar(FOLDER.files);
    await drop(other, "own.tar", bytes);
    await other.waitForText("[data-import] .page-head p", /3 genes × 4 samples/);
    const sum = createHash("sha256").update(bytes).digest("hex");
    assert.equal(await addAndPrint(other, "own"), `${sum.slice(0, 8)} … ${sum.slice(-4)}`);
  });

  claim("what does not fit together is told with its file and line", async (t) => {
    const page = await openSettled(t, browser);
    const mtx = FOLDER.files["matrix.mtx"];
    await drop(page, "bad.tar", tar({ ...FOLDER.files, "matrix.mtx": mtx.replace("3 1 1", "4 1 1") }));
    await untilThere(page, `[data-finding="cells_archive"]`);
    assert.match(await finding(page, "cells_archive"), /row 4 does not exist: rows are numbered from 1 to 3.*matrix\.mtx in bad\.tar.*row 4/is);
    await press(page, "#discard");
    await dropTexts(page, { "matrix.mtx": mtx });
    await page.waitForText(`[data-error="not_a_table"]`, /features\.tsv \(or genes\.tsv\) and barcodes\.tsv/);
  });
}

for (const browser of browsers().filter(({ name }) => name === "Chromium")) {
  test(`${browser.name}: a dropped folder of cells is one input`, { timeout: 300_000 }, async (t) => {
    const page = await openSettled(t, browser);
    const outside = mkdtempSync(join(tmpdir(), "cuvette-cells-"));
    t.after(() => rmSync(outside, { recursive: true }));
    const folder = join(outside, "filtered");
    mkdirSync(folder);
    for (const [name, text] of Object.entries(FOLDER.files)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "notes.txt"), "not read");
    // Only the browser itself can make such a drop.
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await page.driver.sendDevToolsCommand("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
    }
    await page.waitForText("[data-import] .page-head p", /3 genes × 4 samples/);
    assert.equal(await addAndPrint(page, "filtered"), SHORT_SUM);
  });
}
