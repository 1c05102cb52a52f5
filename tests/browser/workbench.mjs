// What tests of the workbench share: looking, clicking, dropping files, the example pair.

import assert from "node:assert/strict";
import { join } from "node:path";

import { DIST } from "./harness.mjs";

export const example = (name) => join(DIST, "examples", name);
export const STUDIES = [example("study_a.tsv.gz"), example("study_b.csv.gz")];
export const STEP = `[data-step="cross_study"]`;

/** Text of all elements, once there are any. */
export const texts = (page, selector) =>
  page.evaluate(`return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent.trim())`, selector);
export const isThere = (page, selector) =>
  page.evaluate(`return document.querySelector(arguments[0]) !== null`, selector);
export const untilThere = (page, selector) => page.find(selector);
export const untilGone = (page, selector) =>
  page.waitFor(async () => !(await isThere(page, selector)), () => `${selector} is still there`);

/**
 * A click as a program makes it, once it can be: what is scrolled out of sight is clicked too. What is
 * disabled would let it pass without a word.
 */
export const press = async (page, selector) => {
  const canBe = `return document.querySelector(arguments[0])?.matches(":not(:disabled)") ?? false`;
  await page.waitFor(
    () => page.evaluate(canBe, selector),
    () => `${selector} cannot be pressed`,
  );
  await page.evaluate(`document.querySelector(arguments[0]).click()`, selector);
};

/**
 * Opens a menu (its `<summary>`) and presses the entry that begins with these words, once it can be:
 * a picture that is still on its way from the engine cannot be saved.
 */
export const choose = async (page, summary, words) => {
  await press(page, summary);
  const entry = `[...document.querySelector(arguments[0]).parentElement.querySelectorAll(".menu-item:enabled")]
    .find((item) => item.textContent.startsWith(arguments[1]))`;
  await page.waitFor(
    () => page.evaluate(`return ${entry} !== undefined`, summary, words),
    () => `${summary} has no "${words}" that can be pressed`,
  );
  await page.evaluate(`${entry}.click()`, summary, words);
};

/** A recipe's line is in one of the states. */
export const untilState = (page, line, ...states) =>
  untilThere(page, states.map((state) => `${line}[data-state="${state}"]`).join(", "));
export const untilUpToDate = (page, step) => untilState(page, `[data-step="${step}"]`, "ready", "warning");

export const untilCompared = async (page) => {
  await untilUpToDate(page, "cross_study");
  // A tab that is not in front is not painted; WebKit's test browser leaves new tabs behind.
  const isInFront = (await page.evaluate(`return document.visibilityState`)) === "visible";
  if (isInFront) await untilThere(page, `canvas[data-figure="histogram"][data-state="drawn"]`);
};
export const stat = (page, name) => page.waitForText(`[data-stat="${name}"] .v`, /\d/);

export const addUploaded = async (page, ...paths) => {
  await page.upload("#files", ...paths);
  await untilThere(page, "[data-import]");
  await press(page, paths.length > 1 ? "#accept-all" : "#accept:enabled");
};

export const addStep = async (page, analysis) => {
  await press(page, "#add-step summary");
  await press(page, `[data-add="${analysis}"]`);
};

/** Opens the share dialog and gives the link in it. */
export const sharedLink = async (page) => {
  await press(page, `button[aria-label="Share link…"]`);
  const link = () => page.evaluate(`return document.querySelector("#link")?.value ?? ""`);
  await page.waitFor(async () => (await link()).includes("#c1."), () => "no link was made");
  return link();
};

/** Forgets everything on this computer, as the menu beside the recipe offers. */
export const forget = async (page) => {
  await choose(page, ".side-head summary", "Forget");
  await press(page, "#forget .actions button");
  await page.waitForText("#toast", /forgotten/);
};

/** What stands in a store of this computer: `recipe` or `files`. */
export const keptKeys = (page, store) =>
  page.evaluateAsync(
    `const request = indexedDB.open("cuvette");
     const database = await new Promise((done) => { request.onsuccess = () => done(request.result); });
     return await new Promise((done) => {
       const asking = database.transaction(args[0]).objectStore(args[0]).getAllKeys();
       asking.onsuccess = () => done(asking.result);
     });`,
    store,
  );

// Keeps what would be downloaded: `saved()` gives the last as { name, type, bytes }.
export const LISTEN_TO_DOWNLOADS = `
  const blobs = new Map();
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    const address = make(blob);
    blobs.set(address, blob);
    return address;
  };
  let last;
  HTMLAnchorElement.prototype.click = function () { last = { name: this.download, blob: blobs.get(this.href) }; };
  window.isSaved = () => last !== undefined;
  window.saved = async () => {
    const { name, blob } = last;
    last = undefined;
    return { name, type: blob.type, bytes: Array.from(new Uint8Array(await blob.arrayBuffer())) };
  };`;


export const saved = async (page) => {
  await page.waitFor(() => page.evaluate(`return window.isSaved()`), () => "nothing was saved");
  const { name, type, bytes } = await page.evaluateAsync(`return await window.saved()`);
  return { name, type, bytes: Buffer.from(bytes), text: Buffer.from(bytes).toString("utf8") };
};

// Runs in the page, before anything else a test evaluates there.
const IN_PAGE = `
  const table = (name, text) => new File([text], name);
  // Numbers that mean nothing: rows of \`digits\` digits behind a point.
  const numbers = (nGenes, nSamples, digits = 3) => {
    const lines = ["gene\\t" + Array.from({ length: nSamples }, (_, s) => "s" + s).join("\\t")];
    let state = 1;
    const next = () => (state = (state * 48271) % 2147483647);
    for (let gene = 0; gene < nGenes; gene++) {
      const cells = Array.from({ length: nSamples }, () => (next() / 2147483647).toFixed(digits));
      lines.push("g" + gene + "\\t" + cells.join("\\t"));
    }
    return lines.join("\\n") + "\\n";
  };
  const carried = (files) => {
    const data = new DataTransfer();
    for (const file of files) data.items.add(file);
    return data;
  };
  const drag = (type, data) =>
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  const drop = (...files) => {
    const data = carried(files);
    drag("dragenter", data);
    drag("dragover", data);
    drag("drop", data);
  };`;

/** Runs a function body in the page, with \`drop(...files)\`, \`table(name, text)\` and \`numbers(…)\`. */
export const inPage = (page, script, ...args) => page.evaluate(`${IN_PAGE}\n${script}`, ...args);

/** Drops a file with this text on the page. */
export const dropText = (page, name, text) => inPage(page, `drop(table(arguments[0], arguments[1]))`, name, text);

/** Drops it and adds what was seen to the recipe. */
export const addText = async (page, name, text) => {
  await dropText(page, name, text);
  await press(page, "#accept:enabled");
};

/** Lines and cells of a tab-separated table. */
export const rowsOf = (text) => text.trim().split(/\r?\n/).map((line) => line.split("\t"));

/** Sets a field as a person does who then leaves it. */
export const set = async (page, selector, value) => {
  // What a list offers may still be on its way from the engine.
  const canBe = `
    const field = document.querySelector(arguments[0]);
    const options = field instanceof HTMLSelectElement ? [...field.options] : undefined;
    return field !== null && (options?.some((option) => option.value === arguments[1]) ?? true);`;
  await page.waitFor(
    () => page.evaluate(canBe, selector, value),
    () => `${selector} cannot be ${value}`,
  );
  await page.evaluate(
    `const field = document.querySelector(arguments[0]);
     field.value = arguments[1];
     field.dispatchEvent(new Event("change", { bubbles: true }));`,
    selector,
    value,
  );
};

/** The picture is drawn, in more than one color: at least a two-hundredth of it is not ground. */
export const untilPainted = async (page, figure) => {
  const canvas = `canvas[data-figure="${figure}"]`;
  await untilThere(page, `${canvas}[data-state="drawn"]`);
  const share = await page.evaluate(
    `const canvas = document.querySelector(arguments[0]);
     const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
     let n = 0;
     for (let at = 0; at < data.length; at += 4) n += [0, 1, 2].some((c) => Math.abs(data[at + c] - data[c]) > 8);
     return n / (data.length / 4);`,
    canvas,
  );
  assert.ok(share > 0.005, `${figure}: ${share} of the picture is painted`);
};

/** A table of the step that is shown, as it is exported: header and rows. */
export const table = async (page, name) => {
  await press(page, `#tab-${name}`);
  await untilThere(page, `[data-table="${name}"] tbody tr`);
  await choose(page, `summary[aria-label="Export this table…"]`, "TSV");
  const [header, ...rows] = rowsOf((await saved(page)).text);
  return { header, rows };
};

/** A telephone's window, 360 px, or as narrow as the browser lets one be: the page is no wider. */
export const assertFitsTelephone = async (page) => {
  const sides = () => page.evaluate(`return [innerWidth, document.documentElement.scrollWidth]`);
  await page.driver.manage().window().setRect({ width: 360, height: 800 });
  let last;
  const fits = ([inner, scrolled]) => inner <= 520 && scrolled <= inner;
  await page.waitFor(
    async () => fits((last = await sides())),
    () => `the page is ${last[1]} wide in a window of ${last[0]}`,
  );
};
