// What a file is: computed behind the data, waited for by links and comparisons alone.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { ISOLATION, browsers, serve, untilSettled } from "./harness.mjs";
import {
  addStep,
  addText,
  dropText,
  inPage,
  press,
  sharedLink,
  texts,
  untilState,
  untilThere,
  untilUpToDate,
} from "./workbench.mjs";

const INPUT = `[data-input="numbers"]`;

// Holds back the questions for fingerprints until `window.release()`.
const HOLD_BACK = `
  const post = Worker.prototype.postMessage;
  const held = [];
  Worker.prototype.postMessage = function (data, ...rest) {
    const send = () => post.call(this, data, ...rest);
    const isHeld = window.release !== undefined && /"body":\\{"fingerprint"/.test(data?.message);
    return isHeld ? void held.push(send) : send();
  };
  window.release = () => {
    window.release = undefined;
    held.forEach((send) => send());
  };`;

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  claim("steps run before a file's fingerprint is known, and the link waits for it", async (t) => {
    const site = await serve(t, { headers: ISOLATION });
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await page.evaluate(HOLD_BACK);
    const text = await inPage(page, `return numbers(300, 12)`);
    await addText(page, "numbers.tsv", text);
    await untilState(page, INPUT, "ready", "warning");
    await addStep(page, "spread");
    await untilUpToDate(page, "spread");

    await press(page, `button[aria-label="Share link…"]`);
    await page.waitForText("#link-state", /Waits for the fingerprint of numbers, which is being computed/);
    assert.equal(await page.evaluate(`return document.querySelector("#copy-link").disabled`), true);
    assert.deepEqual((await texts(page, ".prints td")).slice(0, 2), ["is being computed", "is being computed"]);
    assert.equal(await page.evaluate(`return document.querySelector("#link").value`), "");
    // The engine tells of it, which reads for the fingerprint meanwhile.
    await page.waitForText("#reveals li", /^numbers\.tsv$/);
    assert.deepEqual(await texts(page, "#reveals li"), ["numbers.tsv"]);
    assert.deepEqual(await page.accessibilityFindings(), [], "share dialog");

    await page.evaluate(`window.release()`);
    await page.waitForText("#link-state", /characters: fits/);
    const sum = createHash("sha256").update(text).digest("hex");
    const [bytes] = await texts(page, ".prints td");
    assert.equal(bytes, `${sum.slice(0, 8)} … ${sum.slice(-4)}`);
    await press(page, `#share button[aria-label="Close"]`);

    // The recipe before the step knows it too.
    await press(page, "#undo");
    await press(page, `button[aria-label="Share link…"]`);
    await page.waitForText("#link-state", /characters: fits/);
    assert.equal((await texts(page, ".prints td"))[0], bytes);
  });

  claim("whoever opens a link is told whether a file is the same, the same numbers, or another", async (t) => {
    const site = await serve(t, { headers: ISOLATION });
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    const text = await inPage(page, `return numbers(300, 12)`);
    await addText(page, "numbers.tsv", text);
    await untilState(page, INPUT, "ready", "warning");
    await addStep(page, "spread");
    await untilUpToDate(page, "spread");
    const link = await sharedLink(page);

    const other = await browser.open(t, { url: site.url });
    await untilSettled(other, browser);
    const cases = [
      [text, /^the identical file$/],
      [text.replaceAll("\n", "\r\n"), /^the same numbers, in another file$/],
      [text.replace("g7\t0", "g7\t9"), /^different: 300 × 12 .*other numbers or names$/],
    ];
    for (const [content, words] of cases) {
      await other.goto("about:blank");
      await other.goto(link);
      await untilThere(other, "#wanted");
      await other.evaluate(HOLD_BACK);
      await dropText(other, "numbers.tsv", content);
      await untilUpToDate(other, "spread");
      await press(other, `${INPUT} .step-main`);
      await other.waitForText("[data-identity]", /^being compared with the recipe's file$/);
      await other.evaluate(`window.release()`);
      await other.waitForText("[data-identity]", words);
    }
  });
}
