// Knocking genes out of cells that we simulate: genes of one module come and go together, so those
// of its own depend on a gene. The tables are those that the same link gives natively.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT, browsers, openSettled } from "./harness.mjs";
import {
  LISTEN_TO_DOWNLOADS,
  addStep,
  addUploaded,
  press,
  rowsOf,
  set,
  sharedLink,
  table,
  untilPainted,
  untilState,
  untilUpToDate,
} from "./workbench.mjs";

const N_GENES = 300;
const N_CELLS = 40;
const MODULE = 10;

// A tiny model with random weights, made by Python: `tests/golden/make/encoder.py`.
const golden = (name) => join(ROOT, "tests/golden/encoder", name);
const MODEL = ["model.safetensors", "config.json", "token_dictionary.4.pkl", "gene_median_dictionary.4.pkl"].map(golden);
const KNOWN = rowsOf(readFileSync(golden("dictionary.tsv"), "utf8"))
  .slice(1)
  .map(([gene]) => gene)
  .filter((gene) => gene.startsWith("ENSG"));
const gene = (at) => KNOWN[at] ?? `SIM${String(at).padStart(4, "0")}`;

/** Counts of cells, with modules of ten genes; the same at every call. */
const counts = () => {
  let state = 1;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const cells = Array.from({ length: N_CELLS }, () => {
    const activity = Array.from({ length: N_GENES / MODULE }, normal);
    return Array.from({ length: N_GENES }, (_, at) =>
      Math.round(Math.exp(1.5 + 0.9 * activity[Math.floor(at / MODULE)] + 0.3 * normal())),
    );
  });
  const lines = [["gene", ...cells.map((_, cell) => `cell${cell}`)]];
  for (let at = 0; at < N_GENES; at++) lines.push([gene(at), ...cells.map((cell) => cell[at])]);
  return lines.map((line) => line.join("\t")).join("\n") + "\n";
};

const temporaryFolder = (t) => {
  const folder = mkdtempSync(join(tmpdir(), "cuvette-perturb-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Runs a link natively on these files; gives the folder of its tables. */
const runNatively = (t, link, files) => {
  const folder = temporaryFolder(t);
  const inputs = Object.entries(files).flatMap(([name, path]) => ["--input", `${name}=${path}`]);
  const words = ["run", "-q", "-p", "cuvette-cli", "--", "run", link, ...inputs, "--out", folder, "--quiet"];
  const { status, stderr } = spawnSync("cargo", words, { cwd: ROOT, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return folder;
};

const equalTables = (found, folder, step) => {
  for (const [name, { header, rows }] of Object.entries(found)) {
    const [natively, ...rowsNatively] = rowsOf(readFileSync(join(folder, `${step}.${name}.tsv`), "utf8"));
    assert.deepEqual(header, natively);
    assert.deepEqual(rows, rowsNatively, `${name} in the page and natively`);
  }
};

for (const browser of browsers().filter(({ name }) => name === "Chromium")) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 600_000 }, run);

  /** The page with the cells open, and where they are. */
  const withCells = async (t) => {
    const cells = join(temporaryFolder(t), "cells.tsv");
    writeFileSync(cells, counts());
    const page = await openSettled(t, browser);
    await page.evaluate(LISTEN_TO_DOWNLOADS);
    await addUploaded(page, cells);
    await untilState(page, `[data-input="cells"]`, "ready", "warning");
    return { page, cells };
  };

  claim("the genes of its module depend on a gene, and a deletion leaves a step that a mask does not", async (t) => {
    const { page, cells } = await withCells(t);
    await addStep(page, "perturb");
    await page.waitForText("main", /at least one gene/);
    await set(page, "#field-genes", `${gene(105)}\n${gene(222)}`);
    await untilUpToDate(page, "perturb");
    for (const figure of ["effects", "most_affected", "neighborhood"]) await untilPainted(page, figure);
    const genes = await table(page, "genes");
    const own = Array.from({ length: MODULE }, (_, at) => gene(100 + at));
    const first = genes.rows.filter(([perturbed]) => perturbed === gene(105)).slice(0, MODULE - 1);
    assert.deepEqual(new Set(first.map(([, affected]) => affected)), new Set(own.filter((name) => name !== gene(105))));
    equalTables({ genes }, runNatively(t, await sharedLink(page), { cells }), "perturb");
    await press(page, `#share button[aria-label="Close"]`);

    await press(page, `[data-input="cells"] .step-main`);
    await addStep(page, "compare_modes");
    await set(page, "#field-genes", `${gene(105)}\n${gene(222)}`);
    await untilUpToDate(page, "compare_modes");
    for (const mode of ["delete", "mask", "attention_mask", "shift_only"]) await untilPainted(page, `rank_${mode}`);
    await untilPainted(page, "jumps");
    const factor = async (mode) => Number((await page.waitForText(`[data-stat="jump_${mode}"] .v`, /\d/)).replace(/[^\d.]/g, ""));
    assert.ok((await factor("delete")) > 5);
    assert.ok((await factor("attention_mask")) < 2.5);
    await page.waitForText(`[data-verdict="compare_modes"] p`, /Deleting shows a step/);
  });

  claim("the example of cells shows what was planted in them", async (t) => {
    const page = await openSettled(t, browser);
    await page.evaluate(LISTEN_TO_DOWNLOADS);
    await press(page, `[data-example="cells"]`);
    for (const step of ["rank_encode", "perturb", "compare_modes"]) await untilUpToDate(page, step);
    await press(page, `[data-step="perturb"] .step-main`);
    for (const figure of ["effects", "most_affected", "neighborhood", "cosines", "moves", "states"]) await untilPainted(page, figure);
    const genes = await table(page, "genes");
    const module = Array.from({ length: 9 }, (_, at) => `SIMC${String(at + 2).padStart(3, "0")}`);
    // Most affected first: the share of pairs in which a gene of the module stands before another one.
    const affected = genes.rows.filter(([perturbed]) => perturbed === "SIMC001").map(([, name]) => name);
    assert.ok(affected.length > 300, "every gene is listed");
    let [nOthers, nPairs] = [0, 0];
    for (const name of affected.toReversed()) module.includes(name) ? (nPairs += nOthers) : (nOthers += 1);
    const area = nPairs / (module.length * nOthers);
    // What is demanded of planted modules in `crates/core` too.
    assert.ok(area >= 0.94, `area under the curve ${area}`);
  });

  claim("a model of four files answers, after it was looked at whether they fit", async (t) => {
    const { page, cells } = await withCells(t);
    await addUploaded(page, ...MODEL);
    const named = `return [...document.querySelectorAll("[data-input]")].map((line) => line.dataset.input)`;
    await page.waitFor(async () => (await page.evaluate(named)).length === 5, () => "five inputs are not there");
    const names = (await page.evaluate(named)).filter((name) => name !== "cells");
    for (const name of names) await untilState(page, `[data-input="${name}"]`, "ready", "warning");
    await press(page, `[data-input="cells"] .step-main`);
    await addStep(page, "perturb");
    await set(page, "#field-engine", `"checkpoint"`);
    await set(page, "#field-genes", gene(5));
    await page.waitForText("main", /the model has no weights/);
    for (const [at, name] of names.entries()) {
      await page.find(`[data-read="${at + 1}"]`);
      await set(page, `[data-read="${at + 1}"]`, name);
    }
    await untilUpToDate(page, "perturb");
    await untilPainted(page, "effects");
    const genes = await table(page, "genes");
    assert.equal(genes.rows.length, KNOWN.length - 1);
    const compatibility = await table(page, "compatibility");
    assert.ok(compatibility.rows.every(([, result]) => result !== "refused"));
    const files = Object.fromEntries(names.map((name, at) => [name, MODEL[at]]));
    equalTables({ genes }, runNatively(t, await sharedLink(page), { cells, ...files }), "perturb");
  });
}
