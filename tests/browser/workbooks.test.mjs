// Workbooks: a module of its own reads them, here and without a connection.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ISOLATION, ROOT, browsers, recordingProxy, assertNothingLeft, serve, untilSettled } from "./harness.mjs";
import { inPage, press, texts, untilGone, untilThere } from "./workbench.mjs";

// Simulated: `tests/golden/make/sheets.py`.
const WORKBOOK = join(ROOT, "tests/golden/sheets/core_facility.xlsx");
const CELLS = JSON.parse(readFileSync(join(ROOT, "tests/golden/sheets/core_facility.json"), "utf8"));

const untilGuess = (page, option, pattern) => page.waitForText(`[data-guess="${option}"] summary`, pattern);
const chooseSheet = async (page, name) => {
  await press(page, `[data-guess="sheet"] summary`);
  const radio = `[...document.querySelectorAll('[data-guess="sheet"] label')]
    .find((label) => label.textContent.startsWith(arguments[0]))?.querySelector("input")`;
  await page.waitFor(() => page.evaluate(`return ${radio} !== undefined`, name), () => `no sheet ${name}`);
  await page.evaluate(`${radio}.click()`, name);
  await untilGuess(page, "sheet", new RegExp(name));
};
const finding = (page, code) =>
  page.evaluate(`return document.querySelector(arguments[0])?.textContent ?? ""`, `[data-finding="${code}"]`);

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  claim("a workbook is read by the sheet that is chosen, with findings at its cells, and without a connection", async (t) => {
    const site = await serve(t, { headers: ISOLATION });
    const proxy = await recordingProxy(t, site);
    const page = await browser.open(t, { url: site.url, proxy: proxy.address });
    await untilSettled(page, browser);
    // No workbook was ever opened: its reader is stored with everything else.
    await site.stop();
    await page.upload("#files", WORKBOOK);
    await untilThere(page, "[data-import]");
    await untilGuess(page, "sheet", /Counts/);
    await page.waitForText("[data-import] .page-head p", /Excel workbook/);
    assert.match(await finding(page, "excel_date"), /row 10.*2021-03-01/s);
    assert.match(await finding(page, "excel_date"), /MARCH1/);
    assert.match(await finding(page, "formula_without_result"), /row 14, column 5/);
    assert.match(await finding(page, "hidden_rows"), /row 20/);
    assert.match(await finding(page, "hidden_columns"), /column 8/);
    assert.match(await finding(page, "merged_cells"), /A1:C1/);
    assert.match(await finding(page, "hidden_sheets"), /Old/);

    await chooseSheet(page, "Old");
    await page.waitFor(async () => (await finding(page, "excel_date")) === "", () => "Old has no dates");
    await chooseSheet(page, "Counts");
    await untilThere(page, `[data-finding="excel_date"]`);
    await press(page, "#accept:enabled");
    await untilThere(page, `[data-column="S1"]`);
    const row = CELLS["Counts"].find(([name]) => name === "GENE3");
    const numbers = async () => {
      const cells = await texts(page, `[data-row="GENE3"] td`);
      return cells.filter((text) => /^[\d,]+$/.test(text)).map((text) => Number(text.replaceAll(",", "")));
    };
    await page.waitFor(async () => (await numbers()).length >= 6, () => "no values are shown");
    assert.deepEqual(await numbers(), row.slice(-6).map(Number));
    await assertNothingLeft(page, browser, site, proxy);
  });

  claim("a workbook that is locked, damaged or no workbook is told as such", async (t) => {
    const site = await serve(t, { headers: ISOLATION });
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    const bytes = [...readFileSync(WORKBOOK)];
    const drop = (name, content) =>
      inPage(page, `drop(new File([new Uint8Array(arguments[1])], arguments[0]))`, name, content);
    const ole = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...Buffer.from("EncryptedPackage", "utf16le")];
    const cases = [
      ["locked.xlsx", ole, "not_a_table", /password/],
      ["cut.xlsx", bytes.slice(0, bytes.length / 2), "damaged_workbook", /cannot be read/],
      ["old.xls", ole.slice(0, 8), "not_a_table", /save it as an Excel workbook/i],
    ];
    for (const [name, content, code, words] of cases) {
      await drop(name, content);
      await page.waitForText(`[data-error="${code}"]`, words);
      await press(page, "#discard");
      await untilGone(page, `[data-error]`);
    }
  });
}
