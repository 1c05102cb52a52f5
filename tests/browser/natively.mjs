// A link run natively, and its tables compared with those of the page.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ROOT } from "./harness.mjs";
import { rowsOf } from "./workbench.mjs";

// `cargo xtask test` has built it; else Cargo does.
const COMMAND = process.env.CUVETTE_COMMAND ? [process.env.CUVETTE_COMMAND] : ["cargo", "run", "-q", "-p", "cuvette-cli", "--"];

/** Runs a link natively on these files (`{ name: path }`); gives the folder of its tables. */
export const runNatively = (t, link, files) => {
  const folder = mkdtempSync(join(tmpdir(), "cuvette-natively-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const inputs = Object.entries(files).flatMap(([name, path]) => ["--input", `${name}=${path}`]);
  const [program, ...words] = [...COMMAND, "run", link, ...inputs, "--out", folder, "--quiet"];
  const { status, stderr } = spawnSync(program, words, { cwd: ROOT, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return folder;
};

/**
 * A table of the page is that of the native run: cell for cell, or numbers within `relative` of each
 * other where they come from functions that each platform has of its own. `relative` may be given
 * by column.
 */
export const equalTable = ({ header, rows }, folder, file, relative = 0) => {
  const [natively, ...rowsNatively] = rowsOf(readFileSync(join(folder, file), "utf8"));
  assert.deepEqual(header, natively, file);
  assert.equal(rows.length, rowsNatively.length, file);
  const allowed = header.map((column) => (typeof relative === "function" ? relative(column) : relative));
  const isNear = (a, b, column) => a === b || Math.abs(Number(a) - Number(b)) <= allowed[column] * Math.abs(Number(b));
  for (const [at, row] of rows.entries()) {
    const other = rowsNatively[at];
    const isEqual = row.length === other.length && row.every((cell, column) => isNear(cell, other[column], column));
    assert.ok(isEqual, `${file}, row ${at + 1}: ${row} in the page, ${other} natively`);
  }
};
