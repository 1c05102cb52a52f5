// Learning labels, on the simulated tissues and their known truth: a forest calls them all right and
// leans on the genes that were raised; its tables are those that the same link gives natively.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT, browsers, openSettled } from "./harness.mjs";
import {
  LISTEN_TO_DOWNLOADS,
  addStep,
  example,
  press,
  rowsOf,
  set,
  sharedLink,
  table,
  untilPainted,
  untilState,
  untilUpToDate,
} from "./workbench.mjs";

const TISSUE = new Map(rowsOf(readFileSync(example("tissue_samples.tsv"), "utf8")).slice(1).map(([name, tissue]) => [name, tissue]));

/** Runs a link natively on the files of the example; gives the folder of its tables. */
const runNatively = (t, link) => {
  const folder = mkdtempSync(join(tmpdir(), "cuvette-native-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const inputs = [
    ["tissue_counts", "tissue_counts.tsv.gz"],
    ["tissue_samples", "tissue_samples.tsv"],
  ].flatMap(([name, file]) => ["--input", `${name}=${example(file)}`]);
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
