// Files that are kept on this computer, renamed, forgotten, or gone: what is open stays, and nothing
// that nobody can reach is kept.

import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { ISOLATION, browsers, openSettled, serve, untilSettled } from "./harness.mjs";
import {
  addUploaded,
  choose,
  example,
  forget,
  isThere,
  keptKeys,
  press,
  untilGone,
  untilState,
  untilThere,
  untilUpToDate,
} from "./workbench.mjs";

const menuOf = (input) => `[data-input="${input}"] .step-menu summary`;

/** The files of these inputs are kept, and of no others. */
const untilKept = (page, ...expected) => {
  let found;
  return page.waitFor(
    async () => (found = await keptKeys(page, "files")).join() === expected.join(),
    () => `kept are ${found}, not ${expected}`,
  );
};

/** Every file is read anew: nothing is named any more, and then all is again. */
const readAnew = async (page) => {
  await choose(page, `summary[aria-label="More for this recipe"]`, "New analysis");
  await untilGone(page, `[data-step="log"]`);
  await press(page, "#undo");
  await untilUpToDate(page, "log");
};

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  claim("a file that is gone from the disk is asked for, and takes its place again", async (t) => {
    const page = await openSettled(t, browser);
    const folder = mkdtempSync(join(tmpdir(), "cuvette-gone-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "tissue_samples.tsv");
    copyFileSync(example("tissue_samples.tsv"), path);
    await addUploaded(page, path);
    const input = `[data-input="tissue_samples"]`;
    await untilState(page, input, "ready", "warning");
    rmSync(path);
    await choose(page, menuOf("tissue_samples"), "Read again");
    await untilState(page, input, "failed");
    await page.waitForText(`[data-error="file_unreadable"]`, /Choose the file again/);
    await untilThere(page, `#wanted [data-wanted="tissue_samples"]`);

    copyFileSync(example("tissue_samples.tsv"), path);
    await page.upload("#files", path);
    await untilState(page, input, "ready", "warning");
    assert.equal(await isThere(page, `#wanted, [data-error], [data-import]`), false);
  });

  // WebKit's test browser is a private window, which keeps no files.
  if (/WebKit/.test(browser.name)) continue;

  /** The simulated tissues, with their files from this computer. */
  const kept = async (t) => {
    const site = await serve(t, { headers: ISOLATION });
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await press(page, `[data-example="tissues"]`);
    await untilUpToDate(page, "log");
    await press(page, "#keeping button");
    await untilKept(page, "tissue_counts", "tissue_samples");
    await page.goto(site.url);
    await untilUpToDate(page, "log");
    return { page, site };
  };

  claim("files that are forgotten, or no longer kept, stay open and can be read again", async (t) => {
    const { page, site } = await kept(t);
    await forget(page);
    await readAnew(page);
    // A yes keeps after all what is open.
    await press(page, "#keeping button");
    await untilKept(page, "tissue_counts", "tissue_samples");
    await page.goto(site.url);
    await untilUpToDate(page, "log");
    await choose(page, ".side-head summary", "Stop keeping");
    await untilKept(page);
    await readAnew(page);
  });

  claim("a kept file goes along with a new name, and goes with its recipe", async (t) => {
    const { page, site } = await kept(t);
    await choose(page, menuOf("tissue_samples"), "Rename");
    await page.evaluate(`
      const field = document.querySelector('[aria-label="New name of tissue_samples"]');
      field.value = "people";
      field.dispatchEvent(new Event("change", { bubbles: true }));`);
    // That of before stays for undo.
    await untilKept(page, "people", "tissue_counts", "tissue_samples");
    await untilUpToDate(page, "log");
    await page.goto(site.url);
    await untilUpToDate(page, "log");
    await untilState(page, `[data-input="people"]`, "ready");
    await untilKept(page, "people", "tissue_counts");

    await choose(page, `summary[aria-label="More for this recipe"]`, "New analysis");
    await untilGone(page, `[data-step="log"]`);
    await page.goto(site.url);
    await untilThere(page, ".zone");
    await untilKept(page);
  });
}
