// Work that is stopped, and an engine that breaks: what is open stays, and the result comes back.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browsers, openSettled } from "./harness.mjs";
import {
  addStep,
  choose,
  inPage,
  press,
  stat,
  texts,
  untilCompared,
  untilState,
  untilThere,
  untilUpToDate,
} from "./workbench.mjs";

// Hears what the page asks its engine, can say something of its own to the worker, and can turn one
// question into one that breaks it.
const LISTEN_IN = `
  window.asked = [];
  window.evaluations = [];
  window.cancelled = [];
  window.spoil = undefined;
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (data, ...rest) {
    if (this !== window.engine && typeof data?.message !== "string") return post.call(this, data, ...rest);
    window.engine = this;
    const question = JSON.parse(data.message);
    window.asked.push(...Object.keys(question.body ?? {}));
    if (question.body?.evaluate) window.evaluations.push(question.id);
    if (question.body?.cancel) window.cancelled.push(question.body.cancel.request);
    if (question.body && window.spoil?.(question.body)) {
      window.spoil = undefined;
      data = { ...data, message: JSON.stringify(question) };
    }
    return post.call(this, data, ...rest);
  };`;

/** Presses the first Cancel of a line of the recipe, as soon as there is one. */
const cancelAtOnce = (page, line) =>
  inPage(
    page,
    `const [line] = arguments;
     const look = new MutationObserver(() => {
       const button = document.querySelector(line + " .progress button");
       if (button === null) return;
       look.disconnect();
       button.click();
     });
     look.observe(document.body, { childList: true, subtree: true });`,
    line,
  );

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  // Two threads, so that what is long here is long on any machine.
  const settled = (t) => openSettled(t, browser, "?threads=2");

  claim("Cancel stops the reading of a file and a long step; both can be done again", async (t) => {
    const page = await settled(t);
    // Long numbers: much to read, little to hold.
    await inPage(
      page,
      `const text = numbers(400, 500, 20);
       const [head] = text.split("\\n", 1);
       const rows = new Blob([text.slice(head.length + 1)]);
       drop(new File([head + "\\n", ...Array(arguments[0]).fill(rows)], "long.tsv"));`,
      60,
    );
    await untilThere(page, "#accept:enabled");
    await cancelAtOnce(page, `[data-input="long"]`);
    await press(page, "#accept:enabled");
    await untilState(page, `[data-input="long"]`, "stale");
    assert.match((await texts(page, `[data-input="long"] .step-note`)).join(), /Not read/);
    await press(page, `[data-input="long"] .step-more button`);
    await untilState(page, `[data-input="long"]`, "ready", "warning");

    await choose(page, `[data-input="long"] .step-menu summary`, "Remove");
    await inPage(page, `drop(table("wide.tsv", numbers(1500, 4000)))`);
    await press(page, "#accept:enabled");
    await untilState(page, `[data-input="wide"]`, "ready", "warning");
    await addStep(page, "spread");
    await untilUpToDate(page, "spread");
    await press(page, `[data-input="wide"] .step-main`);
    await cancelAtOnce(page, `[data-step="sample_correlation"]`);
    await addStep(page, "sample_correlation");
    await untilState(page, `[data-step="sample_correlation"]`, "stale");
    // What had a result before still shows it, also where the engine had to be started again.
    await untilUpToDate(page, "spread");
    await press(page, `[data-step="spread"] .step-main`);
    await untilThere(page, `[data-row]`);
    await press(page, `[data-step="sample_correlation"] .step-more button`);
    await untilUpToDate(page, "sample_correlation");
  });

  // One thread cannot hear while it works.
  if (!/without/.test(browser.name)) {
    claim("a new analysis ends what the last one runs", async (t) => {
      const page = await settled(t);
      await page.evaluate(LISTEN_IN);
      await inPage(page, `drop(table("wide.tsv", numbers(1500, 4000)))`);
      await press(page, "#accept:enabled");
      await untilState(page, `[data-input="wide"]`, "ready", "warning");
      await addStep(page, "sample_correlation");
      await untilThere(page, `[data-step="sample_correlation"][data-state="running"]`);
      assert.notDeepEqual(await page.evaluate(`return window.evaluations`), []);
      await choose(page, `summary[aria-label="More for this recipe"]`, "New analysis");
      await page.waitFor(
        () => page.evaluate(`return window.evaluations.some((id) => window.cancelled.includes(id))`),
        () => "the step runs on",
      );
      await press(page, "#undo");
      await untilUpToDate(page, "sample_correlation");
    });
  }

  claim("an engine that breaks is started again and the recipe replayed; one that breaks again waits", async (t) => {
    const page = await settled(t);
    await page.evaluate(LISTEN_IN);
    // More points than are drawn one by one.
    await inPage(page, `drop(table("a.tsv", numbers(6000, 60)), table("b.tsv", numbers(6000, 60)))`);
    await press(page, "#accept-all");
    await untilState(page, `[data-input="b"]`, "ready", "warning");
    await addStep(page, "cross_study");
    await untilCompared(page);
    const median = await stat(page, "median_pearson");

    await page.evaluate(`window.asked.length = 0; window.engine.postMessage({ message: "{}" });`);
    const said = await page.waitForText("#toast", /The engine stopped/);
    t.diagnostic(said);
    assert.match(said, /started again; your files are read again/);
    const nOpened = () => page.evaluate(`return window.asked.filter((asked) => asked === "open").length`);
    const opened = async (n) => page.waitFor(async () => (await nOpened()) === n, () => `not ${n} files were read`);
    await opened(2);
    const drawn = () => page.evaluate(`return window.asked.includes("draw") && window.asked.lastIndexOf("draw") > window.asked.lastIndexOf("open")`);
    await page.waitFor(drawn, () => "the new worker was asked for no picture");
    await untilCompared(page);
    assert.equal(await stat(page, "median_pearson"), median);
    await page.evaluate(`document.querySelector("[data-table]").parentElement.scrollTop = 1400`);
    await untilThere(page, `[data-table] tr[aria-rowindex="55"]`);

    // A picture of more pixels than there can be: a panic, on a thread of the pool where there is one.
    await page.evaluate(`window.spoil = ({ draw }) => {
      if (draw?.figure.name !== "scatter") return false;
      draw.figure.raster_size = [65000, 65000];
      return true;
    }`);
    await press(page, `[data-row]`);
    const again = await page.waitForText("#toast", /stopped again/);
    t.diagnostic(again);
    assert.match(again, /capacity overflow, at .*Nothing in the recipe is lost/);
    for (const name of ["a", "b"]) {
      await untilState(page, `[data-input="${name}"]`, "stale");
      await press(page, `[data-input="${name}"] .step-more button`);
      await untilState(page, `[data-input="${name}"]`, "ready", "warning");
    }
    await opened(4);
    await page.waitFor(drawn, () => "the last worker was asked for no picture");
    await untilCompared(page);
    await untilThere(page, `canvas[data-figure="scatter"][data-state="drawn"]`);
    assert.equal(await stat(page, "median_pearson"), median);
  });
}
