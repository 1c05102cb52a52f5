// The job the page is for: two tables in, agreement profile by profile out, in every browser.
//
// What the example studies must show is written down beside them (www/examples/README.md), and was
// planted, not computed.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT, assertNothingLeft, browsers, recordingProxy, serve, untilSettled } from "./harness.mjs";
import {
  STUDIES,
  addStep,
  addUploaded,
  example,
  isThere,
  press,
  sharedLink,
  stat,
  texts,
  untilCompared,
  untilGone,
  untilThere,
} from "./workbench.mjs";

const FLIPPED = ["YRL007W", "YSL021W"];
const CANCELLING = "YSR065W";
const DAMAGED = example("damaged.csv");
const DATA = process.env.CUVETTE_DATA ?? join(ROOT, "..", "shared", "data");

const evidence = (page, code) => texts(page, `[data-verdict="${code}"] th[scope="row"]`);

const showsThePlantedMistakes = async (page) => {
  await untilCompared(page);
  await untilThere(page, `[data-verdict="profile_flipped"]`);
  assert.deepEqual((await evidence(page, "profile_flipped")).sort(), FLIPPED);
  assert.deepEqual(await evidence(page, "cancelling"), [CANCELLING]);
};

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  claim("the example studies show their planted mistakes, and one click mends them", async (t) => {
    const site = await serve(t);
    const proxy = await recordingProxy(t, site);
    const page = await browser.open(t, { url: site.url, proxy: proxy.address });
    await untilSettled(page, browser);
    assert.deepEqual(await page.accessibilityFindings(), [], "first screen");
    await press(page, `[data-example="studies"]`);
    await showsThePlantedMistakes(page);
    const before = await stat(page, "median_pearson");
    assert.deepEqual(await page.accessibilityFindings(), [], "result");

    await press(page, `[data-verdict="profile_flipped"] .actions button`);
    await untilThere(page, `[data-step="flip_sign"]`);
    await untilGone(page, `[data-verdict="profile_flipped"]`);
    await untilCompared(page);
    await press(page, "#undo");
    await showsThePlantedMistakes(page);
    assert.equal(await stat(page, "median_pearson"), before);
    assert.equal(await isThere(page, `[data-step="flip_sign"]`), false);
    await assertNothingLeft(page, browser, site, proxy);
  });

  claim("dropped files are looked at, compared, and travel as a link", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await addUploaded(page, ...STUDIES);
    await untilThere(page, `[data-input="study_a"][data-state="ready"]`);
    await untilThere(page, `[data-input="study_b"][data-state="ready"]`);
    await addStep(page, "cross_study");
    await showsThePlantedMistakes(page);
    const median = await stat(page, "median_pearson");

    const link = await sharedLink(page);
    assert.ok(link.length < 2000, `${link.length} characters`);

    const other = await browser.open(t, { url: link });
    await untilSettled(other, browser);
    await untilThere(other, "#wanted");
    await other.upload("#files", ...STUDIES);
    await showsThePlantedMistakes(other);
    assert.equal(await stat(other, "median_pearson"), median);
  });

  claim("with the server stopped, a fresh tab does it all again", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await site.stop();
    const tab = await page.newTab(site.url);
    await untilSettled(tab, browser);
    await press(tab, `[data-example="studies"]`);
    await showsThePlantedMistakes(tab);
  });
}

for (const browser of browsers().filter(({ name }) => name === "Chromium")) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  claim("a damaged table says what is wrong and where, and reads what can be read when told", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await page.upload("#files", DAMAGED);
    await page.waitForText(`[data-finding]`, /./);
    const findings = (await texts(page, "[data-finding]")).join("\n");
    assert.match(findings, /n\/d/);
    assert.match(findings, /Mrz|Sep/);
    assert.deepEqual(await page.accessibilityFindings(), [], "import");
  });

  claim("the real yeast pair gives the figures that SciPy gives", async (t) => {
    const pair = ["kemmeren2014_TF_deletions_log2_573x179.tsv", "zev15_TF_induction_log2_573x179.tsv"];
    const files = pair.map((name) => join(DATA, "yeast", name));
    if (!files.every((file) => existsSync(file))) {
      console.log("skipped: real data not present");
      return t.skip("real data not present");
    }
    console.log("real data: kemmeren against zev in the page");
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await addUploaded(page, ...files);
    await addStep(page, "cross_study");
    await untilCompared(page);
    assert.equal(await stat(page, "median_pearson"), "−0.079");
    assert.equal((await texts(page, `[data-stat="share_negative_pearson"] .s`))[0], "136 of 179");
    assert.ok(await isThere(page, `[data-verdict="set_flipped"]`));
    await press(page, `[data-verdict="set_flipped"] .actions button`);
    await untilThere(page, `[data-step="flip_sign"]`);
    await page.waitForText(`[data-stat="median_pearson"] .v`, /^0\.079$/);
  });
}
