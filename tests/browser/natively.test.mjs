// What the page computes of the simulated tissues is what the same link gives natively: maps and
// components to the last bit, p-values as far as two mathematical libraries agree.

import { test } from "node:test";

import { browsers, openSettled } from "./harness.mjs";
import { equalTable, runNatively } from "./natively.mjs";
import { LISTEN_TO_DOWNLOADS, addStep, example, press, set, sharedLink, table, untilState, untilUpToDate } from "./workbench.mjs";

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
