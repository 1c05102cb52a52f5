// What the page computes of the examples is what the same link gives natively: maps, components,
// ranks and coefficients to the last bit, p-values as far as two mathematical libraries agree, and
// matrix products to 1e-6.

import { test } from "node:test";

import { browsers, openSettled } from "./harness.mjs";
import { equalTable, runNatively } from "./natively.mjs";
import {
  LISTEN_TO_DOWNLOADS,
  STUDIES,
  addStep,
  example,
  press,
  set,
  sharedLink,
  table,
  untilCompared,
  untilState,
  untilUpToDate,
} from "./workbench.mjs";

const FILES = {
  tissue_counts: example("tissue_counts.tsv.gz"),
  tissue_samples: example("tissue_samples.tsv"),
};

for (const browser of browsers().filter(({ name }) => name === "Chromium")) {
  test(`${browser.name}: maps, components and tests are those of the same link natively`, { timeout: 600_000 }, async (t) => {
    const page = await openSettled(t, browser);
    await page.evaluate(LISTEN_TO_DOWNLOADS);
    await press(page, `[data-example="tissues"]`);
    for (const step of ["filter_genes", "log"]) await untilUpToDate(page, step);
    const add = async (analysis) => {
      await press(page, `[data-step="log"] .step-main`);
      await addStep(page, analysis);
    };

    const found = {};
    await add("pca");
    await untilUpToDate(page, "pca");
    found.pca = { scores: await table(page, "scores"), loadings: await table(page, "loadings") };
    await add("embed");
    await untilUpToDate(page, "embed");
    found.embed = { coordinates: await table(page, "coordinates") };
    await add("embed");
    await untilUpToDate(page, "embed_2");
    await press(page, "#field-method-1");
    await page.waitForText(".notes", /laid out by UMAP/);
    found.embed_2 = { coordinates: await table(page, "coordinates") };
    await add("differential");
    await untilState(page, `[data-step="differential"]`, "failed");
    await set(page, "#field-group", `"tissue"`);
    await set(page, "#field-a", `"heart"`);
    await set(page, "#field-b", `"liver"`);
    await untilUpToDate(page, "differential");
    found.differential = { genes: await table(page, "genes") };

    const folder = runNatively(t, await sharedLink(page), FILES);
    for (const [step, tables] of Object.entries(found)) {
      const relative = step === "differential" ? 1e-9 : 0;
      for (const [name, rows] of Object.entries(tables)) equalTable(rows, folder, `${step}.${name}.tsv`, relative);
    }
  });
}

for (const browser of browsers()) {
  for (const kind of browser.hasSharedMemory ? ["threads", "single"] : ["single"]) {
    test(`${browser.name}: ${kind}: quantiles and correlations are those of the same link natively`, { timeout: 600_000 }, async (t) => {
      const page = await openSettled(t, { ...browser, hasSharedMemory: kind === "threads" }, `?engine=${kind}`);
      await page.evaluate(LISTEN_TO_DOWNLOADS);
      await press(page, `[data-example="studies"]`);
      await untilCompared(page);
      const found = { "cross_study.profiles.tsv": await table(page, "profiles") };
      await press(page, `[data-input="study_a"] .step-main`);
      await addStep(page, "quantile_normalize");
      await untilUpToDate(page, "quantile_normalize");
      found["quantile_normalize.tsv"] = await table(page, "values");
      await addStep(page, "sample_correlation");
      await untilUpToDate(page, "sample_correlation");
      found["sample_correlation.matrix.tsv"] = await table(page, "matrix");

      const folder = runNatively(t, await sharedLink(page), { study_a: STUDIES[0], study_b: STUDIES[1] });
      const relative = {
        "cross_study.profiles.tsv": (column) => (column.endsWith("_p") ? 1e-9 : 0),
        "quantile_normalize.tsv": 0,
        "sample_correlation.matrix.tsv": 1e-6,
      };
      for (const [file, rows] of Object.entries(found)) equalTable(rows, folder, file, relative[file]);
    });
  }
}
