// Further deployments of the built page, to test updates with.

import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DIST } from "./harness.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** The version of the page in a folder. */
export function versionOf(folder) {
  return /data-version="([^"]+)"/.exec(readFileSync(join(folder, "index.html"), "utf8"))[1];
}

/**
 * A copy of `dist/` that says it is another version, as `cargo xtask build` would make it.
 *
 * With `half` the service worker is the new one but the page is still the old one, as in the
 * middle of copying files to a host.
 */
export function newerDeployment(t, { half = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "cuvette-newer-"));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(DIST, folder, { recursive: true });
  const old = versionOf(DIST);
  const version = "99.0.0+newer";
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const newPage = page.replaceAll(old, version);
  const worker = readFileSync(join(folder, "sw.js"), "utf8");
  const newWorker = worker.replaceAll(old, version).replaceAll(sha256(page), sha256(newPage));
  writeFileSync(join(folder, "sw.js"), newWorker);
  if (!half) writeFileSync(join(folder, "index.html"), newPage);
  return { folder, version };
}
