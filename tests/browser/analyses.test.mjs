// Each way to look at the simulated tissues: its picture is drawn, and its table knows the truth that
// the data were made with (www/examples/README.md), or what can be counted in the file itself.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

import { browsers, openSettled } from "./harness.mjs";
import {
  LISTEN_TO_DOWNLOADS,
  addStep,
  addUploaded,
  choose,
  example,
  isThere,
  press,
  rowsOf,
  set,
  table,
  texts,
  untilGone,
  untilPainted,
  untilState,
  untilThere,
  untilUpToDate,
} from "./workbench.mjs";

const TISSUE = new Map(rowsOf(readFileSync(example("tissue_samples.tsv"), "utf8")).slice(1).map(([name, tissue]) => [name, tissue]));
const COUNTS = rowsOf(gunzipSync(readFileSync(example("tissue_counts.tsv.gz"))).toString("utf8"));
/** Genes that were simulated higher in one tissue: SIM00001 to SIM00160, 40 for each. */
const MARKERS = { liver: [1, 40], heart: [41, 80], muscle: [81, 120], skin: [121, 160] };
const isMarker = (gene, tissue) => {
  const number = Number(gene.slice("SIM".length));
  const [low, high] = MARKERS[tissue];
  return number >= low && number <= high;
};

/** How many samples have a sample of their own tissue nearest to them. */
const atHome = (rows, n) => {
  const places = rows.map(([name, ...place]) => ({ name, place: place.slice(0, n).map(Number) }));
  const distance = (a, b) => Math.hypot(...a.place.map((value, axis) => value - b.place[axis]));
  const nearest = (one) =>
    places.filter((other) => other !== one).reduce((best, other) => (distance(one, other) < distance(one, best) ? other : best));
  return places.filter((one) => TISSUE.get(nearest(one).name) === TISSUE.get(one.name)).length;
};

for (const browser of browsers().filter(({ name }) => name === "Chromium")) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  const settled = async (t) => {
    const page = await openSettled(t, browser);
    await page.evaluate(LISTEN_TO_DOWNLOADS);
    return page;
  };
  /** The example, with a step that reads the step or input of that name. */
  const withStep = async (t, of, analysis) => {
    const page = await settled(t);
    await press(page, `[data-example="tissues"]`);
    for (const step of ["filter_genes", "log"]) await untilUpToDate(page, step);
    await press(page, `[data-step="${of}"] .step-main`);
    await addStep(page, analysis);
    return page;
  };

  // Four tissues span three axes; where depths were not made equal, theirs is one more.
  for (const [analysis, figure, name, n] of [
    ["pca", "scores", "scores", 4],
    ["mds", "scores", "scores", 3],
    ["embed", "map", "coordinates", 2],
  ]) {
    claim(`${analysis} puts every sample beside one of its tissue`, async (t) => {
      const page = await withStep(t, "log", analysis);
      await untilUpToDate(page, analysis);
      await untilPainted(page, figure);
      assert.equal(await page.evaluate(`return document.querySelector("#color-by").value`), "column:tissue");
      const { rows } = await table(page, name);
      assert.equal(rows.length, 36);
      assert.equal(atHome(rows, n), 36);
    });
  }

  claim("qc counts what is in the file", async (t) => {
    const page = await withStep(t, "filter_genes", "qc");
    await set(page, `[data-read="0"]`, "tissue_counts");
    await untilUpToDate(page, "qc");
    await untilPainted(page, "library_size");
    const { header, rows } = await table(page, "samples");
    assert.deepEqual(header.slice(0, 3), ["sample", "library_size", "detected_genes"]);
    const expected = COUNTS[0].slice(1).map((sample, at) => {
      const counts = COUNTS.slice(1).map((row) => Number(row[at + 1]));
      return [sample, counts.reduce((sum, count) => sum + count, 0), counts.filter((count) => count > 0).length];
    });
    assert.deepEqual(rows.map(([sample, size, detected]) => [sample, Number(size), Number(detected)]), expected);
  });

  claim("differential offers the groups with their counts, and finds what was raised in each", async (t) => {
    const page = await withStep(t, "log", "differential");
    await untilState(page, `[data-step="differential"]`, "failed");
    await set(page, "#field-group", `"tissue"`);
    await page.waitForText("#field-a", /liver \(n = 12\)/);
    for (const field of ["a", "b"]) {
      const offered = ["Choose…", "heart (n = 10)", "liver (n = 12)", "muscle (n = 8)", "skin (n = 6)"];
      assert.deepEqual(await texts(page, `#field-${field} option`), offered);
    }
    await set(page, "#field-a", `"heart"`);
    await set(page, "#field-b", `"liver"`);
    await untilUpToDate(page, "differential");
    await untilPainted(page, "volcano");
    assert.match(await page.waitForText(`[data-stat="n_tested"] .s`, /reference/), /^liver \(n = 12\) against the reference heart \(n = 10\)$/);
    const { header, rows } = await table(page, "genes");
    const [change, p] = ["log2_fc", "p_value"].map((name) => header.indexOf(name));
    for (const [tissue, sign] of [["liver", 1], ["heart", -1]]) {
      const raised = rows.filter(([gene]) => isMarker(gene, tissue));
      const right = raised.filter((row) => sign * Number(row[change]) > 0).length;
      assert.ok(right > 0.95 * raised.length, `${right} of ${raised.length} markers of ${tissue}`);
    }
    const first = rows.toSorted((a, b) => Number(a[p]) - Number(b[p])).slice(0, 40);
    const found = first.filter(([gene]) => isMarker(gene, "liver") || isMarker(gene, "heart")).length;
    assert.ok(found >= 38, `${found} of the 40 smallest p are of markers`);

    // A gene's own page: its values by tissue, and what the result says of it.
    await press(page, `[data-row="SIM00001"]`);
    await press(page, "#open-gene");
    await untilThere(page, "#gene[open]");
    await untilPainted(page, "gene");
    await set(page, "#gene-color-by", "column:tissue");
    const alternative = () => page.evaluate(`return document.querySelector('canvas[data-figure="gene"]')?.ariaLabel ?? ""`);
    await page.waitFor(async () => /^SIM00001\..* n = 36, mean/.test(await alternative()), () => "the gene has no summary");
    await page.waitForText("#gene", /differential: Genes/);
    await press(page, `#gene button[aria-label="Close"]`);
    await untilGone(page, "#gene[open]");
  });

  claim("two groups need no choice: the first by the alphabet is the reference", async (t) => {
    const page = await withStep(t, "log", "differential");
    await set(page, "#field-group", `"batch"`);
    await untilUpToDate(page, "differential");
    assert.match(await page.waitForText(`[data-stat="n_tested"] .s`, /reference/), /^second .* against the reference first /);
  });

  claim("gene_metrics takes the means of the file, and markers have the strongest signal", async (t) => {
    const page = await withStep(t, "filter_genes", "gene_metrics");
    await set(page, `[data-read="0"]`, "tissue_counts");
    await untilUpToDate(page, "gene_metrics");
    await untilPainted(page, "metrics");
    assert.deepEqual(await texts(page, ".page-head option"), ["Signal to noise", "Signal"]);
    const { header, rows } = await table(page, "genes");
    const [mean, snr] = ["mean", "snr"].map((name) => header.indexOf(name));
    const counted = new Map(COUNTS.slice(1).map(([gene, ...cells]) => [gene, cells.reduce((sum, cell) => sum + Number(cell), 0) / 36]));
    for (const row of rows) {
      const expected = counted.get(row[0]);
      assert.ok(Math.abs(Number(row[mean]) - expected) <= 1e-5 * Math.max(expected, 1e-3), row[0]);
    }
    const tested = rows.filter((row) => Number(row[mean]) > 10);
    const strongest = tested.toSorted((a, b) => Number(b[snr]) - Number(a[snr])).slice(0, 60);
    const found = strongest.filter(([gene]) => Object.keys(MARKERS).some((tissue) => isMarker(gene, tissue))).length;
    assert.ok(found >= 54, `${found} of the 60 strongest are markers`);
  });

  claim("a sample table that fits is attached to a new step, and undone with it", async (t) => {
    const page = await settled(t);
    await addUploaded(page, example("tissue_counts.tsv.gz"), example("tissue_samples.tsv"));
    for (const input of ["tissue_counts", "tissue_samples"]) await untilState(page, `[data-input="${input}"]`, "ready", "warning");
    await press(page, `[data-input="tissue_counts"] button`);
    await addStep(page, "log");
    await page.waitFor(
      async () => (await page.evaluate(`return document.querySelector('[data-read="1"]')?.value`)) === "tissue_samples",
      () => "no table is attached",
    );
    // What reads the step has the annotations already.
    await untilUpToDate(page, "log");
    await addStep(page, "pca");
    await untilUpToDate(page, "pca");
    assert.equal(await page.evaluate(`return document.querySelector('[data-read="1"]').value`), "");
    for (const step of ["pca", "log"]) {
      await press(page, `button[aria-label^="Undo"]`);
      await untilGone(page, `[data-step="${step}"]`);
    }
    assert.ok(await isThere(page, `[data-input="tissue_samples"]`));
  });
}
