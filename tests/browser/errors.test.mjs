// What bad input gets: each mistake is dropped on the page, and its sentence read there.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";

import { browsers, openSettled } from "./harness.mjs";
import {
  addStep,
  addText,
  dropText,
  inPage,
  isThere,
  press,
  sharedLink,
  texts,
  untilCompared,
  untilState,
  untilThere,
} from "./workbench.mjs";

const ERROR = ".error-box";

for (const browser of browsers().filter(({ name }) => name === "Chromium")) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  const settled = (t) => openSettled(t, browser);

  /** What the page says of a dropped file, which is then let go. */
  const said = async (page, name, drop) => {
    await drop();
    await page.waitForText("main h1", new RegExp(name.replace(".", "\\.")));
    await page.waitFor(
      async () => (await isThere(page, `${ERROR}, [data-finding]`)) || (await isThere(page, "#accept:enabled")),
      () => `nothing is said of ${name}`,
    );
    const all = (await texts(page, `${ERROR}, [data-finding]`)).join("\n");
    await press(page, "#discard");
    await untilThere(page, ".zone");
    return all;
  };

  claim("dragged files are welcomed by an overlay; folders and unknown files get a sentence", async (t) => {
    const page = await settled(t);
    const isCovered = () => page.evaluate(`return !document.querySelector("#overlay").hidden`);
    assert.equal(await isCovered(), false);
    await inPage(page, `drag("dragenter", carried([table("a.tsv", "")]))`);
    assert.equal(await isCovered(), true);
    await inPage(page, `drag("dragleave", carried([table("a.tsv", "")]))`);
    assert.equal(await isCovered(), false);

    // A folder as a file manager would drop it: only the browser itself can make such a drop.
    const folder = mkdtempSync(join(tmpdir(), "cuvette-folder-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await page.driver.sendDevToolsCommand("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
    }
    const toast = await page.waitForText("#toast", /is a folder/);
    assert.ok(toast.includes(`${basename(folder)} is a folder. Drop the files inside it`), toast);
    assert.equal(await isCovered(), false);
    assert.ok(await isThere(page, ".zone"));

    const picture = `new File([new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13])], "plot.png")`;
    const unknown = await said(page, "plot.png", () => inPage(page, `drop(${picture})`));
    assert.match(unknown, /PNG|picture|image/i);
    assert.match(unknown, /CSV|table/);
  });

  claim("what cannot be read names line, column and value", async (t) => {
    const page = await settled(t);
    const ragged = await said(page, "ragged.csv", () =>
      dropText(page, "ragged.csv", "gene,s1,s2,s3\nA,1,2,3\nB,4,5\nC,7,8,9\nD,1,2,3\n"),
    );
    assert.match(ragged, /3/);
    assert.match(ragged, /B/);
    t.diagnostic(ragged);
    const text = await said(page, "text.csv", () =>
      dropText(page, "text.csv", "gene,s1,s2,s3\nA,1,2,3\nB,4,n/d,6\nC,7,8,9\nD,1,2,3\nE,3,2,1\n"),
    );
    t.diagnostic(text);
    assert.match(text, /n\/d/);
    assert.match(text, /row 3|line 3/);
    assert.match(text, /missing/);
    const page_ = await said(page, "page.tsv", () =>
      dropText(page, "page.tsv", "<!doctype html>\n<html><head><title>Not found</title></head><body>404</body></html>\n"),
    );
    t.diagnostic(page_);
    assert.match(page_, /HTML|web page/i);
  });

  claim("what was refused is read after one click on what is offered", async (t) => {
    const page = await settled(t);
    const rows = (n, row) =>
      ["gene\ta\tb\tc\td", ...Array.from({ length: n }, (_, at) => row(at)), ""].join("\n");
    const shape = (name, words) => page.waitForText(`[data-input="${name}"] .step-shape`, words);
    const remedy = (option) => `.error-box [data-option="${option}"], [data-finding] [data-option="${option}"]`;

    const short = rows(30, (at) => (at === 9 ? `G${at}\t1.5\t2.5` : `G${at}\t${at}.5\t1\t2\t3`));
    await dropText(page, "short.tsv", short);
    await press(page, remedy("short_rows"));
    await untilThere(page, `[data-finding="short_rows"]`);
    await press(page, "#accept:enabled");
    await shape("short", /^30 × 4$/);

    // More whole numbers than the head that is judged holds; the commas follow.
    await inPage(
      page,
      `const rows = ["gene\\ta\\tb\\tc\\td"];
       for (let at = 0; at < 80000; at++) rows.push("G" + at + (at < 70000 ? "\\t" + at + "\\t1\\t2\\t3" : "\\t1,25\\t2,5\\t3,75\\t0,5"));
       drop(table("commas.tsv", rows.join("\\n") + "\\n"));`,
    );
    await press(page, "#accept:enabled");
    await untilState(page, `[data-input="commas"]`, "failed");
    await press(page, `[data-input="commas"] .step-main`);
    await press(page, remedy("decimal"));
    await untilState(page, `[data-input="commas"]`, "ready", "warning");
    await shape("commas", /^80,000 × 4$/);
  });

  claim("a table too large for the memory is refused by its estimate, and a part of it offered", async (t) => {
    const page = await settled(t);
    // 1,600 times the same megabyte, which is there once: 3.2 GB of numbers for 3 GB of memory.
    await inPage(
      page,
      `const names = Array.from({ length: 500 }, (_, at) => "s" + at).join("\\t");
       const row = "G" + "\\t1".repeat(500) + "\\n";
       const megabyte = new Blob([row.repeat(1000)]);
       drop(new File(["gene\\t" + names + "\\n", ...Array(1700).fill(megabyte)], "large.tsv"));`,
    );
    await page.waitForText(`${ERROR}, [data-finding]`, /memory/);
    const [told] = await texts(page, `${ERROR}, [data-finding="too_large"]`);
    t.diagnostic(told);
    assert.match(told, /GB/);
    assert.ok(await isThere(page, "#accept:disabled"));
    await press(page, `.error-box [data-option="samples"], [data-finding] [data-option="samples"]`);
    await page.waitForText(".page-head p", /× 250 samples/);
    assert.equal(await isThere(page, `[data-finding="too_large"]`), false);
    await untilThere(page, "#accept:enabled");
    await press(page, "#discard");
  });

  claim("two sets without common names are told apart by their names", async (t) => {
    const page = await settled(t);
    const rows = (prefix) =>
      Array.from({ length: 12 }, (_, i) => `${prefix}${i}\t${i}\t${(i * 7) % 5}\t${(i * 3) % 7}\n`).join("");
    await addText(page, "left.tsv", `gene\tone\ttwo\tthree\n${rows("YAL00")}`);
    await untilState(page, `[data-input="left"]`, "ready", "warning");
    await addText(page, "right.tsv", `gene\tONE\tTWO\tfour\n${rows("YAL00")}`);
    await untilState(page, `[data-input="right"]`, "ready", "warning");
    await addStep(page, "cross_study");
    await untilState(page, `[data-step="cross_study"]`, "failed");
    const [told] = await texts(page, ERROR);
    t.diagnostic(told);
    for (const part of [/left/, /right/, /3/, /one, two, three/, /ONE, TWO, four/]) assert.match(told, part);
    assert.match(told, /case|nearest|differ/i);
  });

  claim("a damaged link says which part failed", async (t) => {
    const page = await settled(t);
    await press(page, `[data-example="studies"]`);
    await untilCompared(page);
    const whole = (await sharedLink(page)).split("#")[1];
    const open = async (fragment, pattern) => {
      await page.evaluate(`location.hash = arguments[0]`, fragment);
      await page.waitForText(ERROR, pattern);
    };
    await open(whole.slice(0, -20), /cut short: \d+ of \d+ characters arrived/);
    const middle = whole.length >> 1;
    const other = whole[middle] === "A" ? "B" : "A";
    await open(whole.slice(0, middle) + other + whole.slice(middle + 1), /damaged: its check is/);
    await open("c9.abcdef", /of the kind .*this version reads/);
    // What was open is open still.
    await untilCompared(page);
  });
}
