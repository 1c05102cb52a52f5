// The shell around the application: worker, isolation, policy, offline, updates.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browsers, serve, untilSettled } from "./harness.mjs";

for (const browser of browsers()) {
  test(`${browser.name}: the engine comes up, on more than one thread where memory can be shared`, async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    const state = await page.waitForText("#engine-state", /ready/);
    console.log(state);
  });
}
