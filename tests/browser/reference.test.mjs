// The pipeline of the ARCHS4 reference on counts of brain samples: logarithms, quantiles, division by
// the length of the gene, and the gene metrics, as a link brings them.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

import { ISOLATION, ROOT, browsers, serve, untilSettled } from "./harness.mjs";
import { dropText, press, untilThere, untilUpToDate } from "./workbench.mjs";

const COUNTS = join(process.env.CUVETTE_DATA ?? join(ROOT, "..", "shared", "data"), "archs4/gtex_brain_damirseq_counts.tsv.gz");

// `log`, `quantile_normalize`, `length_normalize` (divide, kb) and `gene_metrics` (half window 5): a
// link made once must open for ever.
const LINK =
  "#c1.d.qQFFTc0OgjAMLmhEowf1DdyZEC9efJllQB2NYwQ2QDG-u1sAOTT9-v0Vwk1Wtdqai7T44mkjSPNclNQYrPkoJdZ0iRwAIFKopS3MftpecfR6pSrpJ5jKALZ1K7QlhecZcF01pVA0YOCtALv0zcee47gWR_iPzx-vH1ZUPbuznDrKkcVsEhw1o5i1mqwjnin7QlSibSgzB4ka-XQEy9OTaxTqwXvSuW--LZEf.48651e24";

/** Lengths that we made up: between 0.5 and 9.5 kb, by the letters of the name. */
const lengths = (names) => {
  const number = (name) => [...name].reduce((sum, letter, at) => sum + letter.charCodeAt(0) * (at + 1), 0);
  return ["gene\tlength", ...names.map((name) => `${name}\t${500 + ((number(name) * 7919) % 9000)}`), ""].join("\n");
};

for (const browser of browsers().filter(({ name }) => name === "Chromium")) {
  test(`${browser.name}: the reference pipeline runs from a link, without a connection`, { timeout: 300_000 }, async (t) => {
    if (!existsSync(COUNTS)) {
      console.log("skipped: real data not present");
      return t.skip("real data not present");
    }
    console.log("real data: brain counts through the reference pipeline in the page");
    const rows = gunzipSync(readFileSync(COUNTS)).toString("utf8").trimEnd().split("\n").slice(1);
    const names = rows.map((row) => row.slice(0, row.indexOf("\t")));

    const site = await serve(t, { headers: ISOLATION });
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await site.stop();
    const tab = await page.newTab(`${site.url}${LINK}`);
    await untilSettled(tab, browser);
    await untilThere(tab, "#wanted");
    const started = performance.now();
    await tab.upload("#files", COUNTS);
    await dropText(tab, "lengths.tsv", lengths(names));
    await untilUpToDate(tab, "metrics");
    t.diagnostic(`${names.length} genes, from dropping the files to the metrics: ${((performance.now() - started) / 1000).toFixed(1)} s`);

    for (const [step, rules] of [
      ["log", [/log2\(count \+ 1\)/]],
      ["quantile", [/quantile-normalized/, /qnorm/]],
      ["by_length", [/divided by the length/, /kb/]],
      ["metrics", [/percentile 95/, /mean cosine similarity/, /10 samples/, new RegExp(`${names.length} genes were ranked`)]],
    ]) {
      await press(tab, `[data-step="${step}"] .step-main`);
      const note = await tab.waitForText(".notes", rules[0]);
      for (const rule of rules) assert.match(note, rule);
    }
  });
}
