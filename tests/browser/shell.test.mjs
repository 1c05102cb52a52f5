// The shell around the application: the engine's worker, isolation, policy, offline, updates.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { newerDeployment, versionOf } from "./deployment.mjs";
import {
  DIST,
  ISOLATION,
  ROOT,
  assertNothingLeft,
  browsers,
  engineThreads,
  recordingProxy,
  serve,
  untilSettled,
} from "./harness.mjs";

const THREADS_WORKER = `/${/data-engine-threads="([^"]+)"/.exec(
  readFileSync(join(DIST, "index.html"), "utf8"),
)[1]}worker.js`;

const setMark = (page) => page.evaluate(`window.mark = true`);
const hasMark = (page) => page.evaluate(`return window.mark === true`);
const takeUpdate = (page) => page.evaluate(`window.dispatchEvent(new Event("cuvette-take-update"))`);
const lookForUpdate = (page) =>
  page.evaluateAsync(`await (await navigator.serviceWorker.ready).update().catch(() => {})`);

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  claim("a plain static host gives an isolated page and all the threads there are", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    const threads = await engineThreads(page);
    if (browser.hasSharedMemory) assert.ok(threads > 1, `${threads} threads`);
    else assert.equal(threads, 1);
  });

  claim("the address chooses build and number of threads", async (t) => {
    const site = await serve(t, { headers: ISOLATION });
    const page = await browser.open(t, { url: `${site.url}?engine=single` });
    await page.waitForState("engine", "single");
    if (!browser.hasSharedMemory) return;
    await page.goto(`${site.url}?threads=3`);
    await page.waitForState("engine", "threads");
    assert.equal(await engineThreads(page), 3);
  });

  // Exceptions of a script of the page itself: the browser tells less of one that a driver threw.
  // Without a service worker the page is not loaded a second time.
  const said = async (t, thrown) => {
    const probe = `setTimeout(() => { throw ${thrown}; });`;
    const site = await serve(t, { replace: { "/sw.js": "throw new Error('broken')", "/probe.js": probe } });
    const page = await browser.open(t, { url: site.url });
    await page.waitForState("offline", "failed");
    await page.evaluate(
      `const script = document.createElement("script");
       script.src = "probe.js";
       document.body.append(script);`,
    );
    return page.waitForText("#broken", /Reload the page/);
  };

  claim("a page that broke says so", async (t) => {
    // What the browser tells of a trap in the page's own module.
    assert.match(await said(t, `new WebAssembly.RuntimeError("unreachable")`), /The page broke.*Your recipe is kept/);
  });

  claim("an exception that nobody caught is said with its words", async (t) => {
    assert.match(await said(t, `new TypeError("no such thing")`), /may stand still.*TypeError: no such thing/);
  });

  claim("without a service worker the engine runs on one thread", async (t) => {
    const site = await serve(t, { replace: { "/sw.js": "throw new Error('broken')" } });
    const page = await browser.open(t, { url: site.url });
    await page.waitForState("offline", "failed");
    await page.waitForState("engine", "single");
  });

  claim("a threaded engine that does not come up is replaced by the single one", async (t) => {
    const replace = { [THREADS_WORKER]: "throw new Error('broken')", "/sw.js": "throw 1" };
    const site = await serve(t, { replace, headers: ISOLATION });
    const page = await browser.open(t, { url: site.url });
    await page.waitForState("engine", "single");
    assert.equal(site.requests.includes(THREADS_WORKER), browser.hasSharedMemory);
  });

  claim("page and workers cannot reach another origin", async (t) => {
    const probe = `
      const address = self.to ?? new URL(self.location.href).searchParams.get("to");
      fetch(address).then(() => postMessage("reached"), () => postMessage("refused"));`;
    const site = await serve(t, { replace: { "/probe.js": probe } });
    const other = await serve(t, { headers: { "Access-Control-Allow-Origin": "*" } });
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);

    const fromPage = await page.evaluateAsync(
      `const violation = new Promise((done) =>
         document.addEventListener("securitypolicyviolation", (e) => done(e.effectiveDirective)));
       try { await fetch(args[0]); return "reached"; } catch { return await violation; }`,
      other.url,
    );
    assert.equal(fromPage, "connect-src");
    const fromWorker = `
      const worker = new Worker(args[0]);
      return await new Promise((done) => { worker.onmessage = (event) => done(event.data); });`;
    const to = encodeURIComponent(other.url);
    assert.equal(await page.evaluateAsync(fromWorker, `${site.url}probe.js?to=${to}`), "refused");
    const fromBlob = `
      const script = "self.to = " + JSON.stringify(args[0]) + ";" + args[1];
      args[0] = URL.createObjectURL(new Blob([script]));${fromWorker}`;
    assert.equal(await page.evaluateAsync(fromBlob, other.url, probe), "refused");
    assert.deepEqual(other.requests, []);
  });

  claim("no request leaves the origin", async (t) => {
    const site = await serve(t);
    const proxy = await recordingProxy(t, site);
    const page = await browser.open(t, { url: site.url, proxy: proxy.address });
    await untilSettled(page, browser);
    await assertNothingLeft(page, browser, site, proxy);
    // The proof of the proof: the proxy does see what leaves.
    await page.goto("http://cuvette-elsewhere.test/").catch(() => {});
    assert.ok(proxy.hosts.some((host) => host.startsWith("cuvette-elsewhere.test")), "the proxy is not used");
  });

  claim("everything works in a new tab with the server stopped", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await site.stop();
    await page.newTab(site.url);
    await untilSettled(page, browser);
    assert.equal(await page.evaluate(`return document.documentElement.dataset.version`), versionOf(DIST));
  });

  claim("an update waits for consent and then replaces the page", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    const { folder, version } = newerDeployment(t);
    site.folder = folder;
    await page.goto(site.url);
    await page.waitForState("update", "available");
    await page.waitForState("version", versionOf(DIST));
    await untilSettled(page, browser);
    await page.click("#take-update");
    await page.waitForState("version", version);
    await untilSettled(page, browser);
    await page.waitForState("offlineVersion", version);
  });

  claim("an update agreed to with something open is taken at the next load", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await page.evaluate(`document.documentElement.dataset.opened = ""`);
    await setMark(page);
    const { folder, version } = newerDeployment(t);
    site.folder = folder;
    await lookForUpdate(page);
    await page.waitForState("update", "available");
    await takeUpdate(page);
    await page.waitForState("update", "next-load");
    assert.ok(await hasMark(page), "the page has reloaded");
    await page.waitForState("version", versionOf(DIST));
    await page.goto(site.url);
    await page.waitForState("version", version);
    await untilSettled(page, browser);
  });

  claim("a page of a build that is no longer the stored one is replaced", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    await page.evaluate(`document.documentElement.dataset.opened = ""`);
    const { folder, version } = newerDeployment(t);
    site.folder = folder;
    await lookForUpdate(page);
    await page.waitForState("update", "available");
    await takeUpdate(page);
    await page.waitForState("update", "next-load");
    // As where the new build takes over while a page of the old one is on its way.
    await page.evaluate(`delete document.documentElement.dataset.opened`);
    await page.evaluate(`import(document.querySelector("script[src*=register]").src + "?again")`);
    await page.waitForState("version", version);
    await untilSettled(page, browser);
  });

  claim("a half-finished deployment is not taken", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    site.folder = newerDeployment(t, { half: true }).folder;
    site.requests.length = 0;
    await lookForUpdate(page);
    await page.waitFor(
      async () => site.requests.includes("/sw.js") && site.requests.includes("/"),
      () => "the update was not tried",
    );
    const noneWaits = `
      const { installing, waiting } = await navigator.serviceWorker.ready;
      return installing === null && waiting === null;`;
    await page.waitFor(() => page.evaluateAsync(noneWaits), () => "the update was taken");
    await page.goto(site.url);
    await page.waitForState("version", versionOf(DIST));
  });

  claim("once something is open, the page does not reload for isolation", async (t) => {
    let release;
    const held = new Promise((done) => {
      release = () => done(readFileSync(join(DIST, "sw.js")));
    });
    const site = await serve(t, { replace: { "/sw.js": held } });
    const page = await browser.open(t, { url: site.url });
    await page.waitForState("engine", "single");
    await page.evaluate(`document.documentElement.dataset.opened = ""`);
    await setMark(page);
    release();
    await page.waitForState("offline", "ready");
    await new Promise((done) => setTimeout(done, 1_000));
    assert.ok(await hasMark(page), "the page has reloaded");
  });

  claim("the kill switch removes service worker and stored files", async (t) => {
    const site = await serve(t);
    const page = await browser.open(t, { url: site.url });
    await untilSettled(page, browser);
    site.replace["/sw.js"] = readFileSync(join(ROOT, "www/kill-switch.js"));
    await lookForUpdate(page);
    await page.waitFor(
      () => page.evaluateAsync(`return (await caches.keys()).length === 0`),
      () => "files are still stored",
    );
    await page.waitFor(
      () => page.evaluateAsync(`return (await navigator.serviceWorker.getRegistrations()).length === 0`),
      () => "the service worker is still registered",
    );
    await page.goto(site.url);
    await page.waitForState("offline", "failed");
    assert.match(await page.evaluate(`return document.documentElement.dataset.offlineReason`), /switched offline use off/);
  });

  claim("axe-core finds nothing serious on the first screen", async (t) => {
    const site = await serve(t, { headers: ISOLATION });
    const page = await browser.open(t, { url: site.url });
    await page.find("h1");
    assert.deepEqual(await page.accessibilityFindings(), []);
  });
}
