// Pictures under the hand: colors by annotation and gene, heat maps that are zoomed and panned.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Key } from "selenium-webdriver";

import { browsers, openSettled } from "./harness.mjs";
import {
  addStep,
  assertFitsTelephone,
  choose,
  example,
  inPage,
  isThere,
  press,
  set,
  sharedLink,
  texts,
  untilGone,
  untilState,
  untilThere,
  untilUpToDate,
} from "./workbench.mjs";

/** What a screen reader hears of a picture. */
const label = (page, figure) =>
  page.evaluate(`return document.querySelector('canvas[data-figure="' + arguments[0] + '"]')?.ariaLabel ?? ""`, figure);
const untilDrawn = (page, figure) => untilThere(page, `canvas[data-figure="${figure}"][data-state="drawn"]`);
/** How often the engine's answer was drawn. */
const drawings = (page, figure) =>
  page.evaluate(
    `return Number(document.querySelector('canvas[data-figure="' + arguments[0] + '"]')?.dataset.drawn ?? 0)`,
    figure,
  );
/** Chooses as a person does, so that the page hears of it. */
const select = (page, selector, value) =>
  page.evaluate(
    `const select = document.querySelector(arguments[0]);
     select.value = arguments[1];
     select.dispatchEvent(new Event("change", { bubbles: true }));
     return select.value;`,
    selector,
    value,
  );
const untilDrawnAgain = async (page, figure, act) => {
  const before = await drawings(page, figure);
  await act();
  await page.waitFor(async () => (await drawings(page, figure)) > before, () => `${figure} is not drawn again`);
};

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  const settled = (t) => openSettled(t, browser);

  claim("lines take the colors of an annotation or of a gene, by keys too, and keep them", async (t) => {
    const page = await settled(t);
    await press(page, `[data-example="tissues"]`);
    for (const step of ["filter_genes", "log"]) await untilUpToDate(page, step);
    await press(page, `[data-step="log"] .step-main`);
    await untilDrawn(page, "density_after");
    assert.deepEqual(await texts(page, "#color-by option"), ["Nothing", "tissue", "batch", "depth", "A gene…"]);

    await untilDrawnAgain(page, "density_after", () => select(page, "#color-by", "column:tissue"));
    // The next choice by the keyboard alone.
    await page.evaluate(`document.querySelector("#color-by").focus()`);
    await untilDrawnAgain(page, "density_before", () => page.driver.actions().sendKeys(Key.ARROW_DOWN, Key.ENTER).perform());
    assert.equal(await page.evaluate(`return document.querySelector("#color-by").value`), "column:batch");

    assert.equal(await isThere(page, "#color-gene"), false);
    await select(page, "#color-by", "gene");
    await untilThere(page, "#color-gene");
    const gene = await page.evaluate(`return document.querySelector("[data-row]").dataset.row`);
    await untilDrawnAgain(page, "density_after", () => select(page, "#color-gene", gene));
    await select(page, "#color-gene", "no such gene");
    await page.waitForText(".fig-error", /no gene "no such gene"/);
    await select(page, "#color-gene", gene);
    await untilGone(page, ".fig-error");

    // Another step has a choice of its own; this one's is found again.
    await press(page, `[data-step="filter_genes"] .step-main`);
    await page.waitFor(
      async () => (await page.evaluate(`return document.querySelector("#color-by")?.value`)) === "none",
      () => "another step takes the same color",
    );
    await press(page, `[data-step="log"] .step-main`);
    await untilThere(page, "#color-gene");
    assert.equal(await page.evaluate(`return document.querySelector("#color-gene").value`), gene);
  });

  claim("annotations are chosen as bars beside a heat map, by keys too, and stay", async (t) => {
    const page = await settled(t);
    await press(page, `[data-example="tissues"]`);
    await untilUpToDate(page, "log");
    await press(page, `[data-step="log"] .step-main`);
    await addStep(page, "cluster");
    await untilUpToDate(page, "cluster");
    const figure = "heat_map";
    await untilDrawn(page, figure);
    // A bar takes room above the cells, and its legend more.
    const height = () =>
      page.evaluate(`return document.querySelector('canvas[data-figure="heat_map"]').getBoundingClientRect().height`);
    const chosen = () =>
      page.evaluate(`return [...document.querySelectorAll("[data-bar]")].map(({ dataset, checked }) => dataset.bar + (checked ? "+" : "-")).join(" ")`);
    const menu = `summary[aria-label="Annotation bars"]`;
    const words = () => page.evaluate(`return document.querySelector('${menu}').textContent.trim()`);
    assert.equal(await words(), "Annotation bars: 2");
    const before = await height();

    await page.evaluate(`document.querySelector('${menu}').focus()`);
    await page.driver.actions().sendKeys(Key.ENTER).perform();
    await untilThere(page, `[data-bar="tissue"]`);
    assert.equal(await chosen(), "tissue+ batch+ depth-");
    await page.evaluate(`document.querySelector('[data-bar="depth"]').focus()`);
    await untilDrawnAgain(page, figure, () => page.driver.actions().sendKeys(Key.SPACE).perform());
    assert.equal(await chosen(), "tissue+ batch+ depth+");
    assert.equal(await words(), "Annotation bars: 3");
    assert.ok((await height()) > before, "a third bar has no room");
    for (const bar of ["tissue", "batch", "depth"]) await untilDrawnAgain(page, figure, () => press(page, `[data-bar="${bar}"]`));
    assert.equal(await words(), "Annotation bars: none");
    assert.ok((await height()) < before, "bars that are gone keep their room");

    await untilDrawnAgain(page, figure, () => press(page, `[data-bar="batch"]`));
    await press(page, `[data-step="log"] .step-main`);
    await untilDrawn(page, "density_after");
    await press(page, `[data-step="cluster"] .step-main`);
    await untilDrawn(page, figure);
    assert.equal(await words(), "Annotation bars: 1");

    // Six tables below, and on a telephone neither they nor the menu make the page wider than it.
    await set(page, "#field-cut", "4");
    await untilThere(page, "#tab-column_clusters");
    await press(page, menu);
    await assertFitsTelephone(page);
  });

  claim("what was chosen for pictures is found again: at another step, after a reload, behind a link", async (t) => {
    const page = await settled(t);
    await press(page, `[data-example="tissues"]`);
    for (const step of ["filter_genes", "log"]) await untilUpToDate(page, step);
    await press(page, `[data-step="log"] .step-main`);
    await addStep(page, "pca");
    await untilUpToDate(page, "pca");
    const figure = "scores";
    await untilDrawn(page, figure);
    const pair = `select[aria-label="Shown in the pictures"]`;
    const [first, second] = await texts(page, `${pair} option`);
    await untilDrawnAgain(page, figure, () => select(page, "#color-by", "column:batch"));
    await untilDrawnAgain(page, figure, () => select(page, pair, second));
    await press(page, "[data-row]");
    await untilThere(page, `[data-row][aria-selected="true"]`);
    const chosen = () =>
      page.evaluate(
        `return ["#color-by", arguments[0]].map((choice) => document.querySelector(choice)?.value ?? "")
           .concat(document.querySelector('[data-row][aria-selected="true"]')?.dataset.row ?? "").join()`,
        pair,
      );
    const expected = await chosen();
    assert.match(expected, new RegExp(`^column:batch,${second},\\S+$`));
    let last;
    const untilChosen = (words) =>
      page.waitFor(
        async () => (last = await chosen()) === words,
        () => `${last} is not what was chosen: ${words}`,
      );

    await press(page, `[data-step="log"] .step-main`);
    await untilDrawn(page, "density_after");
    await press(page, `[data-step="pca"] .step-main`);
    await untilChosen(expected);

    const link = await sharedLink(page);
    const sample = expected.split(",").at(-1);
    assert.deepEqual((await texts(page, "#reveals li")).slice(-2), ["batch", sample]);
    await press(page, `#share button[aria-label="Close"]`);
    await untilGone(page, "#share[open]");

    await press(page, "#keeping button");
    const answer = await page.waitForText("#toast", /kept|did not keep/);
    await page.goto(link.split("#")[0]);
    // As the workbench says of WebKit: its test browser keeps no files.
    if (/did not keep/.test(answer)) {
      await untilState(page, `[data-step="pca"]`, "blocked");
      await page.upload("#files", example("tissue_counts.tsv.gz"), example("tissue_samples.tsv"));
    }
    await untilUpToDate(page, "pca");
    await untilDrawn(page, figure);
    await untilChosen(expected);

    await select(page, "#color-by", "none");
    await select(page, pair, first);
    await press(page, `[data-row="${sample}"]`);
    await untilChosen(`none,${first},`);
    await page.goto(link);
    await untilChosen(expected);

    // Another analysis, and back: what was chosen goes and comes with its recipe.
    await press(page, "#undo");
    await untilChosen(`none,${first},`);
    await press(page, "#redo");
    await untilChosen(expected);
    await choose(page, `summary[aria-label="More for this recipe"]`, "New analysis");
    await untilGone(page, `[data-step="pca"]`);
    await press(page, "#undo");
    await press(page, `[data-step="pca"] .step-main`);
    await untilUpToDate(page, "pca");
    await untilDrawn(page, figure);
    await untilChosen(expected);
  });

  claim("a heat map of 20,000 genes and 500 samples is zoomed, and panned while the engine draws", async (t) => {
    const page = await settled(t);
    await inPage(page, `drop(table("large.tsv", numbers(20000, 500, 2)))`);
    await press(page, "#accept:enabled");
    await untilState(page, `[data-input="large"]`, "ready", "warning");
    await addStep(page, "cluster");
    // All genes are too many for a tree, which the field says.
    await untilState(page, `[data-step="cluster"]`, "failed");
    await press(page, "#field-axis-2");
    await untilUpToDate(page, "cluster");
    const figure = "heat_map";
    await untilDrawn(page, figure);
    assert.match(await label(page, figure), /20000 genes in 500 samples/);
    await page.evaluate(`document.querySelector('canvas[data-figure="heat_map"]').focus()`);
    await untilDrawnAgain(page, figure, () => page.driver.actions().sendKeys("+").perform());
    await untilThere(page, ".fig-bar .btn-small");

    const panned = await page.evaluateAsync(`
      const canvas = document.querySelector('canvas[data-figure="heat_map"]');
      const box = canvas.getBoundingClientRect();
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const send = (type, dx, dy) =>
        canvas.dispatchEvent(
          new PointerEvent(type, { clientX: middle.x + dx, clientY: middle.y + dy, shiftKey: true, bubbles: true }),
        );
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const drawn = () => Number(canvas.dataset.drawn);
      const before = drawn();
      send("pointerdown", 0, 0);
      const times = [await frame()];
      while (times.at(-1) - times[0] < 3000) {
        const at = times.length;
        send("pointermove", 40 * Math.sin(at / 20), 60 * Math.sin(at / 30));
        times.push(await frame());
      }
      send("pointerup", 10, 10);
      const lengths = times.slice(1).map((time, at) => time - times[at]).sort((a, b) => a - b);
      return {
        frames: lengths.length / 3,
        worst: lengths[Math.floor(0.95 * lengths.length)],
        drawn: (drawn() - before) / 3,
      };`);
    const rounded = Object.fromEntries(Object.entries(panned).map(([name, value]) => [name, Math.round(value)]));
    console.log(
      `# ${browser.name}: 20,000 × 500 pans at ${rounded.frames} frames/s (95 % within ${rounded.worst} ms), ` +
        `${rounded.drawn} of them new from the engine`,
    );
    // How fast is told and not judged: that is the machine's doing as much as ours.
    assert.ok(panned.drawn > 0, "the engine draws nothing while the picture is dragged");

    await press(page, ".fig-bar .btn-small");
    await untilGone(page, ".fig-bar .btn-small");
  });
}
