// Recipe, pictures and tables under the hand: what a person does between opening and sharing.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Key } from "selenium-webdriver";

import { ISOLATION, browsers, openSettled, serve, untilSettled } from "./harness.mjs";
import {
  LISTEN_TO_DOWNLOADS,
  assertFitsTelephone,
  choose,
  example,
  forget,
  inPage,
  isThere,
  keptKeys,
  press,
  saved,
  sharedLink,
  stat,
  texts,
  untilCompared,
  untilGone,
  untilState,
  untilThere,
  untilUpToDate,
} from "./workbench.mjs";

// Keeps what the engine says of steps: `steps()` gives them since the last time, `name` or `name=`
// for one that was known already.
const LISTEN_TO_STEPS = `
  let told = [];
  window.steps = () => { const all = told; told = []; return all; };
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...all) {
    if (typeof all[0]?.message === "string" && !this.isHeard) {
      this.isHeard = true;
      this.addEventListener("message", ({ data }) => {
        const step = data.message && JSON.parse(data.message).body?.step;
        if (step?.status.ready) told.push(step.id + (step.cached ? "=" : ""));
      });
    }
    return post.apply(this, all);
  };`;

const menuOf = (step) => `[data-step="${step}"] .step-menu summary`;
const order = (page) =>
  page.evaluate(`return [...document.querySelectorAll("[data-step]")].map((step) => step.dataset.step)`);
const keys = (page, ...all) => page.driver.actions().sendKeys(...all).perform();
const chord = (page, key, ...held) => {
  const actions = page.driver.actions();
  for (const one of held) actions.keyDown(one);
  actions.sendKeys(key);
  for (const one of held.toReversed()) actions.keyUp(one);
  return actions.perform();
};
const focused = (page) => page.evaluate(`return document.activeElement?.outerHTML ?? ""`);

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  const settled = async (t) => {
    const site = await serve(t, { headers: ISOLATION });
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    return { page, site };
  };

  claim("what depends on a change is run again, and a reload finds recipe and files", async (t) => {
    const { page, site } = await settled(t);
    await page.evaluate(LISTEN_TO_STEPS);
    await press(page, `[data-example="tissues"]`);
    const steps = ["filter_genes", "log", "sample_correlation"];
    const untilAll = async () => {
      for (const step of steps) await untilUpToDate(page, step);
    };
    const told = async (expected) => {
      let all = [];
      const isTold = async () => {
        all.push(...(await page.evaluate(`return window.steps()`)));
        return all.slice(-expected.length).join() === expected.join();
      };
      await page.waitFor(isTold, () => `the engine told of ${all.join()}, not of ${expected.join()}`);
    };
    await untilAll();
    await page.evaluate(`window.steps()`);

    await press(page, `[data-step="log"] .step-main`);
    const cell = () => page.evaluate(`return document.querySelector("[data-row]:nth-of-type(1) td")?.textContent ?? ""`);
    await page.waitFor(async () => /\d/.test(await cell()), () => "no table is shown");
    const before = await cell();
    await page.evaluate(`
      const base = document.querySelector("#field-base");
      if (base.tagName === "INPUT" && base.type !== "radio") { base.value = "10"; base.dispatchEvent(new Event("change", { bubbles: true })); }
      else document.querySelector('[data-field="base"] label:last-of-type input').click();`);
    await told(["filter_genes=", "log", "sample_correlation"]);
    await untilAll();
    await page.waitFor(async () => (await cell()) !== before, () => `the table still shows ${before}`);

    await choose(page, menuOf("log"), "Switch off");
    await untilState(page, `[data-step="log"]`, "off");
    await told(["filter_genes=", "sample_correlation"]);
    await choose(page, menuOf("log"), "Switch on");
    await told(["filter_genes=", "log=", "sample_correlation="]);
    await untilAll();

    // By keyboard: back twice (off, then the base), forth once.
    await page.evaluate(`document.activeElement.blur()`);
    await chord(page, "z", Key.CONTROL);
    await untilState(page, `[data-step="log"]`, "off");
    await chord(page, "z", Key.CONTROL, Key.SHIFT);
    await untilAll();
    await page.evaluate(`document.querySelector('[data-step="log"] .step-main').focus()`);
    await chord(page, Key.ARROW_UP, Key.ALT);
    await page.waitForText("#toast", /log/);
    assert.deepEqual(await order(page), steps, "a step cannot stand before what it reads");

    // A sample that is searched for is marked beside the heat map, in its row and its column.
    await press(page, `[data-step="sample_correlation"] .step-main`);
    await untilThere(page, `canvas[data-figure][data-state="drawn"]`);
    const sample = await page.evaluate(`return document.querySelector("[data-row]").dataset.row`);
    await page.evaluate(`document.querySelector("#find").value = arguments[0]`, sample);
    await page.evaluate(`document.querySelector(".bar-search").requestSubmit()`);
    for (const kind of ["row", "column"]) await untilThere(page, `[data-found="${sample}"][data-kind="${kind}"]`);

    await press(page, "#keeping button");
    const answer = await page.waitForText("#toast", /kept|did not keep/);
    await page.goto(site.url);
    // WebKit's test browser is a private window, which keeps no files: then they are asked for.
    if (/did not keep/.test(answer)) {
      assert.match(browser.name, /WebKit/, answer);
      for (const step of steps) await untilState(page, `[data-step="${step}"]`, "blocked");
      await page.upload("#files", example("tissue_counts.tsv.gz"), example("tissue_samples.tsv"));
    }
    await untilAll();
    assert.equal(await isThere(page, "#wanted"), false, "the files are asked for");

    await forget(page);
    assert.deepEqual(await keptKeys(page, "recipe"), []);
    // A yes keeps after all what is open.
    await press(page, "#keeping button");
    await page.waitFor(
      async () => (await keptKeys(page, "recipe")).includes("present"),
      () => "the recipe is not kept again",
    );
    await page.goto(site.url);
    for (const step of steps) await untilThere(page, `[data-step="${step}"]`);

    await forget(page);
    // What is still open is not kept anew.
    await choose(page, menuOf("log"), "Switch off");
    await untilState(page, `[data-step="log"]`, "off");
    await page.goto(site.url);
    await untilThere(page, ".zone");
    assert.deepEqual(await keptKeys(page, "files"), []);
  });

  claim("a dialog that is closed before it is shown stays closed", async (t) => {
    const { page } = await settled(t);
    await press(page, `[data-example="studies"]`);
    await untilCompared(page);
    // Its content comes before the next picture of the page, and the dialog with that.
    const isOpen = await page.evaluateAsync(`
      const close = () => document.querySelector('#share button[aria-label="Close"]');
      document.querySelector('button[aria-label="Share link…"]').click();
      for (let turn = 0; turn < 1_000 && close() === null; turn++) await null;
      close().click();
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
      return document.querySelector("#share").open;`);
    assert.equal(isOpen, false);
    assert.match(await sharedLink(page), /#c1\./, "it opens again");
  });

  claim("pictures and tables point at each other, and both are saved", async (t) => {
    const { page } = await settled(t);
    await page.evaluate(LISTEN_TO_DOWNLOADS);
    await press(page, `[data-example="studies"]`);
    await untilCompared(page);
    const flipped = "YRL007W";

    // The table's row and the picture's point are the same profile with the same numbers.
    await page.evaluate(`document.querySelector("#find").value = arguments[0]`, flipped);
    await page.evaluate(`document.querySelector(".bar-search").requestSubmit()`);
    await untilThere(page, `[data-row="${flipped}"][aria-selected="true"]`);
    await untilThere(page, `canvas[data-figure="means"] ~ [data-found="${flipped}"]`);
    await page.waitFor(
      () => page.evaluate(`return document.querySelector('canvas[data-figure="scatter"]').ariaLabel.startsWith(arguments[0])`, flipped),
      () => "the scatter does not show the profile",
    );
    const mean = (set) =>
      page.evaluate(
        `const heads = [...document.querySelectorAll("[data-table] thead [data-column]")].map((head) => head.dataset.column);
         const at = heads.findIndex((name) => name.startsWith("mean") && name.endsWith(arguments[1]));
         return document.querySelector('[data-row="' + arguments[0] + '"]').children[at]?.textContent ?? heads.join()`,
        flipped,
        set,
      );
    const hover = (type, dx = 0, dy = 0) =>
      page.evaluate(
        `const ring = document.querySelector('canvas[data-figure="means"] ~ [data-found="${flipped}"]');
         const canvas = ring.parentElement.querySelector("canvas");
         const [place, box] = [ring.getBoundingClientRect(), canvas.getBoundingClientRect()];
         const x = place.x + place.width / 2 + arguments[1], y = place.y + place.height / 2 + arguments[2];
         canvas.dispatchEvent(new PointerEvent(arguments[0], { clientX: x, clientY: y, bubbles: true }));`,
        type,
        dx,
        dy,
      );
    await hover("pointermove");
    const tip = await page.waitForText(".tip", new RegExp(`^${flipped}: `));
    const shown = tip.slice(flipped.length + 2).split(", ");
    const known = [await mean("a"), await mean("b")];
    for (const side of [0, 1]) {
      const [picture, table] = [shown[side], known[side]].map((text) => Number(text.replace("−", "-")));
      assert.ok(Math.abs(picture - table) < 5e-4 && picture !== 0, `${tip} in the picture, ${known} in the table`);
    }
    // Clicked, it is let go; clicked again, it is chosen.
    for (const isChosen of [false, true]) {
      await hover("pointerdown");
      await hover("pointerup");
      const selected = () => isThere(page, `[data-row="${flipped}"][aria-selected="true"]`);
      await page.waitFor(async () => (await selected()) === isChosen, () => "a click on a point chooses no row");
    }

    const zoomed = `document.querySelector('canvas[data-figure="means"]').closest("figure").querySelector(".fig-bar .btn-small")`;
    const isZoomed = (yes) =>
      page.waitFor(
        async () => (await page.evaluate(`return ${zoomed} !== null`)) === yes,
        () => `the picture is ${yes ? "not " : ""}zoomed`,
      );
    await hover("pointerdown", -20, -20);
    await hover("pointermove", 20, 20);
    await untilThere(page, ".rubber");
    await hover("pointerup", 20, 20);
    await isZoomed(true);
    await page.evaluate(`${zoomed}.click()`);
    await isZoomed(false);
    await page.evaluate(`document.querySelector('canvas[data-figure="means"]').focus()`);
    await keys(page, "+");
    await isZoomed(true);
    await keys(page, "0");
    await isZoomed(false);

    const cells = (text, delimiter) => text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split(delimiter));
    const tabs = await page.evaluate(`return [...document.querySelectorAll("[role=tab]")].map((tab) => tab.id)`);
    assert.ok(tabs.length > 1, "the step has several tables");
    for (const tab of tabs) {
      await press(page, `#${tab}`);
      const table = tab.slice("tab-".length);
      await untilThere(page, `[data-table="${table}"] tbody tr`);
      const n = Number((await page.evaluate(`return document.querySelector("#${tab} .num").textContent`)).replace(/\D/g, ""));
      const menu = `summary[aria-label="Export this table…"]`;
      await choose(page, menu, "TSV");
      const tsv = await saved(page);
      await choose(page, menu, "CSV");
      const csv = await saved(page);
      assert.equal(tsv.name, `cross_study.${table}.tsv`);
      assert.equal(csv.name, `cross_study.${table}.csv`);
      const rows = cells(tsv.text, "\t");
      assert.equal(rows.length, n + 1, table);
      assert.ok(rows.every((row) => row.length === rows[0].length), table);
      if (!csv.text.includes('"')) assert.deepEqual(cells(csv.text, ","), rows, table);
    }

    for (const figure of ["histogram", "scatter", "means", "top_shift"]) {
      const title = await page.evaluate(
        `const menu = document.querySelector('canvas[data-figure="${figure}"]').closest("figure").querySelector("summary");
         menu.id = "export-${figure}";
         return document.querySelector('canvas[data-figure="${figure}"]').ariaLabel.split(".")[0];`,
      );
      await choose(page, `#export-${figure}`, "SVG");
      const svg = await saved(page);
      assert.equal(svg.name, `cross_study.${figure}.svg`);
      assert.match(svg.text, /^(<\?xml[^>]*>\s*)?<svg[^>]+>[\s\S]*<\/svg>\s*$/);
      assert.ok(svg.text.includes(title), `${figure}: ${title}`);
    }
    await choose(page, "#export-means", "PNG, 300 dpi");
    const png = await saved(page);
    assert.equal(png.name, "cross_study.means.png");
    assert.deepEqual([...png.bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
    await choose(page, "#export-means", "SVG");
    const millimeters = Number(/width="([\d.]+)mm"/.exec((await saved(page)).text)[1]);
    const dots = png.bytes.readUInt32BE(16);
    assert.ok(Math.abs(dots - (millimeters / 25.4) * 300) <= 1, `${dots} dots over ${millimeters} mm`);
  });
}

for (const browser of browsers().filter(({ name }) => name === "Chromium")) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  const settled = (t) => openSettled(t, browser);

  claim("a table of 500 columns scrolls to its end, and no name is cut", async (t) => {
    const page = await settled(t);
    await inPage(page, `drop(table("wide.tsv", numbers(60, 500)))`);
    await press(page, "#accept:enabled");
    await untilThere(page, `[data-column="s0"]`);
    const cut = `return [...document.querySelectorAll("[data-table] thead button, [data-table] tbody th, [data-table] tbody td")]
      .filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)`;
    const n = await page.evaluate(`return document.querySelectorAll("[data-column]").length`);
    assert.ok(n < 60, `${n} of 500 columns are in the page`);
    for (const [share, column] of [[0.5, "s250"], [1, "s499"]]) {
      await page.evaluate(
        `const box = document.querySelector("[data-table]").parentElement;
         box.scrollLeft = (box.scrollWidth - box.clientWidth) * arguments[0];`,
        share,
      );
      await untilThere(page, `[data-column="${column}"]`);
      assert.deepEqual(await page.evaluate(cut), [], column);
      const seen = await page.evaluate(
        `const [head, box] = [document.querySelector('[data-column="${column}"]'), document.querySelector("[data-table]").parentElement]
           .map((element) => element.getBoundingClientRect());
         return head.left < box.right && head.right > box.left;`,
      );
      assert.ok(seen, `${column} is out of sight`);
    }
    // The same rows under the same heads: a cell is found by its column's place.
    const last = await page.evaluate(`return [...document.querySelectorAll("[data-row=g0] td")].at(-1).textContent`);
    assert.match(last, /^[01]\.\d+$/);

    // On a telephone the table scrolls, not the page.
    await assertFitsTelephone(page);
  });

  claim("steps are found by name first, and change places by keys and by the menu", async (t) => {
    const page = await settled(t);
    await press(page, `[data-example="studies"]`);
    await untilCompared(page);
    await press(page, "#add-step summary");
    await page.evaluate(
      `const field = document.querySelector(".catalogue input");
       field.value = "spread";
       field.dispatchEvent(new Event("input", { bubbles: true }));`,
    );
    const offered = () =>
      page.evaluate(`return [...document.querySelectorAll("[data-add]")].map((entry) => entry.dataset.add)`);
    await page.waitFor(async () => (await offered())[0] === "spread", () => "spread is not offered first");
    await press(page, `[data-add="spread"]`);
    await untilUpToDate(page, "spread");

    const order = () =>
      page.evaluate(`return [...document.querySelectorAll("[data-step]")].map((step) => step.dataset.step).join(" ")`);
    const untilOrder = (expected) =>
      page.waitFor(async () => (await order()) === expected, () => `the order is not ${expected}`);
    const before = await order();
    const after = before.split(" ").reverse().join(" ");
    const last = before.split(" ").at(-1);
    await page.evaluate(`document.querySelector('[data-step="${last}"] .step-main').focus()`);
    await chord(page, Key.ARROW_UP, Key.ALT);
    await untilOrder(after);
    await untilUpToDate(page, last);
    await choose(page, `[data-step="${last}"] .step-menu summary`, "Move down");
    await untilOrder(before);
    await press(page, "#undo");
    await untilOrder(after);
  });

  claim("a pasted list of genes is found, and what is not there is told with its nearest", async (t) => {
    const page = await settled(t);
    await press(page, `[data-example="studies"]`);
    await untilCompared(page);
    // As a spreadsheet's column comes: a field of one line would join the names.
    await page.evaluate(`
      const find = document.querySelector("#find");
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "YRL007W\\r\\nYSL021W\\r\\nysr065w\\r\\n");
      find.focus();
      const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      if (find.dispatchEvent(paste)) find.value = "YRL007WYSL021Wysr065w";
      find.form.requestSubmit();`);
    await page.waitForText("#toast", /2 names found. ysr065w not in this table. Nearest: YSR065W/);
    for (const name of ["YRL007W", "YSL021W"]) {
      await untilThere(page, `canvas[data-figure="means"] ~ [data-found="${name}"]`);
    }
    assert.equal(await isThere(page, `[data-found="YSR065W"]`), false);
    await untilThere(page, `[data-row].found`);
    for (const name of await texts(page, `[data-row].found th`)) assert.match(name, /^(YRL007W|YSL021W)/);
  });

  claim("a heat map gives the value of the cell under the pointer", async (t) => {
    const page = await settled(t);
    await press(page, `[data-example="tissues"]`);
    await untilUpToDate(page, "sample_correlation");
    await untilThere(page, `canvas[data-figure="heat_map"][data-state="drawn"]`);
    await page.evaluate(
      `const canvas = document.querySelector('canvas[data-figure="heat_map"]');
       const box = canvas.getBoundingClientRect();
       const at = { clientX: box.x + box.width * 0.4, clientY: box.y + box.height * 0.4 };
       canvas.dispatchEvent(new PointerEvent("pointermove", { ...at, bubbles: true }));`,
    );
    const tip = await page.waitForText(".tip", /^\S+, \S+: [01−.\d]+$/);
    const [row, column, value] = tip.split(/, |: /);
    const inTable = () =>
      page.evaluate(
        `const table = document.querySelector('[data-table="matrix"]');
         const heads = [...table.querySelectorAll("thead [data-column]")].map((head) => head.dataset.column);
         const line = table.querySelector('[data-row="' + arguments[0] + '"]');
         const cell = line?.children[heads.indexOf(arguments[1])]?.textContent.trim();
         if (!line) table.parentElement.scrollTop += 100;
         else if (!cell) table.parentElement.scrollLeft += 100;
         return cell;`,
        row,
        column,
      );
    let shown;
    await page.waitFor(async () => Boolean((shown = await inTable())), () => `${row}, ${column} is not in the table`);
    assert.equal(value, shown, tip);
  });

  claim("copied rows and a copied link are on the clipboard", async (t) => {
    const page = await settled(t);
    await press(page, `[data-example="studies"]`);
    await untilCompared(page);
    await page.evaluate(`document.querySelector('[aria-label="Copy as TSV"]').scrollIntoView({ block: "center" })`);
    await page.click(`button[aria-label="Copy as TSV"]`);
    await page.waitForText("#toast", /copied/);
    await page.driver.setPermission("clipboard-read", "granted");
    const clipboard = () => page.evaluateAsync(`return await navigator.clipboard.readText()`);
    const rows = (await clipboard()).trimEnd().split("\n");
    assert.equal(rows.length, 38 + 1);
    assert.ok(rows.some((row) => row.startsWith("YRL007W\t")));
    const link = await sharedLink(page);
    await page.click("#copy-link");
    await page.waitForText("#toast", /Link copied/);
    assert.equal(await clipboard(), link);
  });

  claim("the whole job is done by keyboard alone", async (t) => {
    const page = await settled(t);
    const tabTo = async (pattern, what) => {
      for (let i = 0; i < 120; i++) {
        if (pattern.test(await focused(page))) return;
        await keys(page, Key.TAB);
      }
      assert.fail(`${what} is not reached by Tab`);
    };
    await tabTo(/^<button[^>]*data-example="studies"/, "the example");
    await keys(page, Key.ENTER);
    await untilCompared(page);
    const before = await stat(page, "median_pearson");
    await tabTo(/^<button[^>]*>Flip (it|these) in/, "the verdict's button");
    await keys(page, Key.ENTER);
    await untilThere(page, `[data-step="flip_sign"]`);
    await untilGone(page, `[data-verdict="profile_flipped"]`);
    await untilCompared(page);
    const after = await stat(page, "median_pearson");
    assert.notEqual(after, before);
    await chord(page, "z", Key.CONTROL);
    await page.waitForText(`[data-stat="median_pearson"] .v`, new RegExp(`^${before}$`));
    await chord(page, "z", Key.CONTROL, Key.SHIFT);
    await page.waitForText(`[data-stat="median_pearson"] .v`, new RegExp(`^${after}$`));
    await tabTo(/^<[^>]*class="scroll"/, "the table");
    await keys(page, Key.ARROW_DOWN, Key.ARROW_DOWN);
    await untilThere(page, `[data-row][aria-selected="true"]`);
    await page.evaluate(`document.activeElement.blur()`);
    await tabTo(/^<button[^>]*aria-label="Share link…"/, "sharing");
    await keys(page, Key.ENTER);
    await untilThere(page, "#share[open]");
    await keys(page, Key.ESCAPE);
    await untilGone(page, "#share[open]");
    await tabTo(/^<summary[^>]*aria-label="Add a step…"/, "adding a step");
    await keys(page, Key.ENTER);
    await untilThere(page, ".catalogue input");
    await keys(page, "spread");
    await tabTo(/^<button[^>]*data-add="spread"/, "the step");
    await keys(page, Key.ENTER);
    await untilUpToDate(page, "spread");
  });
}
