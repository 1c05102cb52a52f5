// Learning labels, on the simulated tissues and their known truth: a forest calls them all right and
// leans on the genes that were raised; its tables are those that the same link gives natively.

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
  addText,
  example,
  press,
  rowsOf,
  set,
  sharedLink,
  table,
  untilGone,
  untilPainted,
  untilState,
  untilUpToDate,
} from "./workbench.mjs";

const TISSUE = new Map(rowsOf(readFileSync(example("tissue_samples.tsv"), "utf8")).slice(1).map(([name, tissue]) => [name, tissue]));

/** What a tissue is called in a table of several labels: each is of its own, and two are inner organs. */
const LABELS = ["liver", "heart", "muscle", "skin", "inner"];
const labelsOf = (tissue) => LABELS.filter((label) => label === tissue || (label === "inner" && ["liver", "heart"].includes(tissue)));
const FLAGS = [["sample", ...LABELS], ...[...TISSUE].map(([name, tissue]) => [name, ...LABELS.map((label) => Number(labelsOf(tissue).includes(label)))])]
  .map((row) => `${row.join("\t")}\n`)
  .join("");

/** Runs a link natively on the files of the example and on these texts; gives the folder of its tables. */
const runNatively = (t, link, texts = {}) => {
  const folder = mkdtempSync(join(tmpdir(), "cuvette-native-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const written = Object.entries(texts).map(([name, text]) => {
    const path = join(folder, `${name}.tsv`);
    writeFileSync(path, text);
    return [name, path];
  });
  const inputs = [
    ["tissue_counts", example("tissue_counts.tsv.gz")],
    ["tissue_samples", example("tissue_samples.tsv")],
    ...written,
  ].flatMap(([name, path]) => ["--input", `${name}=${path}`]);
  const words = ["run", "-q", "-p", "cuvette-cli", "--", "run", link, ...inputs, "--out", folder, "--quiet"];
  const { status, stderr } = spawnSync("cargo", words, { cwd: ROOT, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return folder;
};

for (const browser of browsers().filter(({ name }) => name === "Chromium")) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 600_000 }, run);

  /** The example, with a step on its logarithms that waits for its label. */
  const withStep = async (t, analysis) => {
    const page = await openSettled(t, browser);
    await page.evaluate(LISTEN_TO_DOWNLOADS);
    await press(page, `[data-example="tissues"]`);
    for (const step of ["filter_genes", "log"]) await untilUpToDate(page, step);
    await press(page, `[data-step="log"] .step-main`);
    await addStep(page, analysis);
    await untilState(page, `[data-step="${analysis}"]`, "failed");
    return page;
  };

  claim("a forest tells the tissues apart, by the genes that differ, as the same link does natively", async (t) => {
    const page = await withStep(t, "forest");
    await set(page, "#field-label", `"tissue"`);
    await untilUpToDate(page, "forest");
    for (const figure of ["confusion", "labels", "importance", "top_genes", "trees", "chance"]) await untilPainted(page, figure);
    assert.equal((await page.waitForText(`[data-stat="score"] .v`, /\d/)).trim(), "1.000");

    const predictions = await table(page, "predictions");
    assert.equal(predictions.rows.length, 36);
    for (const [sample, own, called] of predictions.rows) assert.deepEqual([own, called], [TISSUE.get(sample), TISSUE.get(sample)]);
    const importance = await table(page, "importance");
    const isMarker = ([gene]) => Number(gene.slice("SIM".length)) <= 160;
    assert.equal(importance.rows.slice(0, 20).filter(isMarker).length, 20);

    const folder = runNatively(t, await sharedLink(page));
    for (const [name, found] of Object.entries({ predictions, importance })) {
      const [header, ...rows] = rowsOf(readFileSync(join(folder, `forest.${name}.tsv`), "utf8"));
      assert.deepEqual(found.header, header);
      assert.deepEqual(found.rows, rows, `${name} in the page and natively`);
    }
  });

  claim("samples of several labels, from a table that was dropped, are called all of them", async (t) => {
    const page = await withStep(t, "forest");
    await addText(page, "flags.tsv", FLAGS);
    await untilState(page, `[data-input="flags"]`, "ready", "warning");
    await press(page, `[data-step="forest"] .step-main`);
    await set(page, "#field-labels", `"flags"`);
    await untilUpToDate(page, "forest");
    for (const figure of ["labels", "importance"]) await untilPainted(page, figure);
    assert.equal((await page.waitForText(`[data-stat="score"] dt`, /\S/)).trim(), "Samples F1");

    const predictions = await table(page, "predictions");
    const own = new Map([...TISSUE].map(([name, tissue]) => [name, labelsOf(tissue).join("; ")]));
    assert.equal(predictions.rows.length, 36);
    for (const [sample, is, called] of predictions.rows) assert.deepEqual([is, called], [own.get(sample), own.get(sample)], sample);

    const folder = runNatively(t, await sharedLink(page), { flags: FLAGS });
    const [header, ...rows] = rowsOf(readFileSync(join(folder, "forest.predictions.tsv"), "utf8"));
    assert.deepEqual([predictions.header, ...predictions.rows], [header, ...rows], "in the page and natively");
  });

  claim("loss curves are drawn while GANs learn, and are gone with them", async (t) => {
    const page = await withStep(t, "augment");
    await set(page, "#field-gan_steps", "50000");
    await set(page, "#field-label", `"tissue"`);
    await untilPainted(page, "learning");
    const curves = `canvas[data-figure="learning"]`;
    const words = await page.evaluate(`return document.querySelector(arguments[0]).ariaLabel`, curves);
    assert.match(words, /Losses of \d+ GANs; the last at step \d+ of 50000/);
    const nDrawn = () => page.evaluate(`return Number(document.querySelector(arguments[0])?.dataset.drawn)`, curves);
    const before = await nDrawn();
    await page.waitFor(async () => (await nDrawn()) > before, () => "the curves do not grow");
    await press(page, `[data-step="augment"] .progress .btn-link`);
    await untilGone(page, curves);
  });

  claim("ways to help a rare tissue are compared, and the verdict is said", async (t) => {
    const page = await withStep(t, "augment");
    // Few and short lessons for the GAN: what is looked at here is the page.
    for (const [field, value] of [["gan_steps", "200"], ["repeats", "4"]]) await set(page, `#field-${field}`, value);
    await set(page, "#field-label", `"tissue"`);
    await untilUpToDate(page, "augment");
    for (const figure of ["arms", "differences", "samples", "losses"]) await untilPainted(page, figure);
    await page.waitForText(`[data-verdict="augment"] p`, /benefit|better|worse/i);
    const { header, rows } = await table(page, "arms");
    assert.deepEqual(header.slice(0, 5), ["arm", "repeat", "rare_f1", "rare_auc", "macro_f1"]);
    const arms = new Set(rows.map(([arm]) => arm));
    assert.equal(rows.length, 4 * arms.size);
    for (const arm of ["none", "weights", "duplicate", "smote", "residual", "gan"]) assert.ok(arms.has(arm), arm);
  });
}
