// What the browser tests share: a static server, a proxy that records, and browser sessions.
//
// A test file is a table of claims over `browsers()`:
//
//   for (const browser of browsers()) {
//     test(`${browser.name}: the page starts`, async (t) => {
//       const site = await serve(t);
//       const page = await browser.open(t, { url: site.url });
//       await page.waitForText("#engine-state", /ready/);
//     });
//   }
//
// Everything opened is closed when its test ends, by the process id it was started with, and what a
// browser has written goes with it: a profile of Firefox alone takes 70 MB.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync, mkdtempSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { Builder, By, Capabilities } from "selenium-webdriver";

export const ROOT = resolve(fileURLToPath(new URL("../..", import.meta.url)));
export const DIST = join(ROOT, "dist");
/** How long anything in a page may take on a busy machine. */
export const PATIENCE_MS = 60_000;

// ---------------------------------------------------------------------------------------------
// Server

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/**
 * Serves a folder on a free port, like a static host that sets no header of its own.
 *
 * `folder` can be changed while it runs (a deployment); `replace` maps a path to a body, or the
 * promise of one, sent in its stead; `headers` are sent with everything; `requests` lists every
 * path asked for; `stop()` pulls the cable; `start()` plugs it in.
 */
export async function serve(t, { folder = DIST, replace = {}, headers: always = {} } = {}) {
  const site = { folder, replace, requests: [] };
  const answer = async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    site.requests.push(path);
    const name = path.endsWith("/") ? `${path}index.html` : path;
    const extension = name.slice(name.lastIndexOf("."));
    const type = TYPES[extension] ?? "application/octet-stream";
    const headers = { "Content-Type": type, "Cache-Control": "no-cache", ...always };
    if (path in site.replace) {
      const body = await site.replace[path];
      return response.writeHead(200, headers).end(body);
    }
    const file = join(site.folder, normalize(name));
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    createReadStream(file).pipe(response.writeHead(200, headers));
  };
  let server;
  const listen = (port) =>
    new Promise((done) => {
      server = http.createServer(answer).listen(port, "127.0.0.1", done);
    });
  site.start = () => listen(site.port);
  site.stop = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  await listen(0);
  site.port = server.address().port;
  site.url = `http://127.0.0.1:${site.port}/`;
  t.after(site.stop);
  return site;
}

/**
 * A forward proxy that records every host anything asks for, passes on what is for `site`, and
 * refuses the rest. Not every browser asks a proxy for what is on this machine.
 */
export async function recordingProxy(t, site) {
  const hosts = [];
  const proxy = http.createServer((request, response) => {
    const { host } = new URL(request.url);
    hosts.push(host);
    if (host !== `127.0.0.1:${site.port}`) return response.writeHead(403).end();
    const { method, headers } = request;
    const onward = http.request(request.url, { method, headers }, (answer) => {
      answer.pipe(response.writeHead(answer.statusCode, answer.headers));
    });
    request.pipe(onward.on("error", () => response.destroy()));
  });
  proxy.on("connect", (request, socket) => {
    hosts.push(request.url);
    socket.on("error", () => {}).end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise((done) => proxy.listen(0, "127.0.0.1", done));
  t.after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return { address: `127.0.0.1:${proxy.address().port}`, hosts };
}

// ---------------------------------------------------------------------------------------------
// Browsers

/** The first of `programs` on PATH, or nothing. */
function find(...programs) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const program of programs) {
    const folder = folders.find((candidate) => existsSync(join(candidate, program)));
    if (folder !== undefined) return join(folder, program);
  }
  return undefined;
}

function findMiniBrowser() {
  const places = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/libexec"];
  const versions = ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"];
  const all = places.flatMap((place) => versions.map((version) => join(place, version, "MiniBrowser")));
  return all.find((path) => existsSync(path));
}

const isRoot = process.getuid?.() === 0;

function chromium() {
  const binary = find("chromium", "chromium-browser", "google-chrome");
  const args = [
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    // A browser's sandbox refuses to start as root.
    ...(isRoot ? ["--no-sandbox"] : []),
  ];
  return {
    name: "Chromium",
    programs: [binary, find("chromedriver")],
    driver: (port) => ["chromedriver", [`--port=${port}`]],
    capabilities: { browserName: "chrome", "goog:chromeOptions": { binary, args } },
    // Its maker's services, which it asks by itself whatever it is told.
    ownHosts: /(^|\.)(google|googleapis|gstatic|gvt1)\.com(:|$)/,
    hasSharedMemory: true,
  };
}

function firefox() {
  const binary = find("firefox-esr", "firefox");
  const prefs = {
    "app.normandy.enabled": false,
    "app.update.enabled": false,
    "browser.newtabpage.enabled": false,
    "browser.region.update.enabled": false,
    "browser.safebrowsing.downloads.remote.enabled": false,
    "browser.safebrowsing.malware.enabled": false,
    "browser.safebrowsing.phishing.enabled": false,
    "browser.search.update": false,
    "browser.startup.page": 0,
    "datareporting.healthreport.uploadEnabled": false,
    "datareporting.policy.dataSubmissionEnabled": false,
    "dom.push.connection.enabled": false,
    "extensions.blocklist.enabled": false,
    "extensions.getAddons.cache.enabled": false,
    "extensions.systemAddon.update.enabled": false,
    "extensions.update.enabled": false,
    "media.gmp-manager.updateEnabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "network.dns.disablePrefetch": true,
    "network.prefetch-next": false,
    "toolkit.telemetry.enabled": false,
    "toolkit.telemetry.unified": false,
  };
  return {
    name: "Firefox",
    programs: [binary, find("geckodriver")],
    driver: (port) => ["geckodriver", ["--port", String(port), "--log", "fatal"]],
    capabilities: {
      browserName: "firefox",
      "moz:firefoxOptions": { binary, args: ["-headless"], prefs },
    },
    ownHosts: /(^|\.)(mozilla\.(com|net|org)|firefox\.com)(:|$)/,
    hasSharedMemory: true,
  };
}

function webkit(hasSharedMemory) {
  const binary = findMiniBrowser();
  return {
    name: hasSharedMemory ? "WebKit" : "WebKit without SharedArrayBuffer",
    programs: [binary, find("WebKitWebDriver"), find("Xvfb")],
    driver: (port) => ["WebKitWebDriver", [`--port=${port}`]],
    environment: hasSharedMemory ? { JSC_useSharedArrayBuffer: "1" } : {},
    needsDisplay: true,
    capabilities: {
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary, args: ["--automation"] },
    },
    ownHosts: /^$/,
    hasSharedMemory,
  };
}

/**
 * The browsers of this machine, each with `name`, `hasSharedMemory` and `open(t, options)`.
 *
 * One that is not installed is left out and said so, and fails where CUVETTE_ALL_BROWSERS is set.
 * CUVETTE_BROWSER=firefox narrows to those whose name has it.
 */
export function browsers() {
  const all = [chromium(), firefox(), webkit(true), webkit(false)];
  const wanted = (process.env.CUVETTE_BROWSER ?? "").toLowerCase();
  return all
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .filter((browser) => {
      if (browser.programs.every(Boolean)) return true;
      const untested = `${browser.name} is not installed (cargo xtask setup --browsers): untested`;
      assert.ok(!process.env.CUVETTE_ALL_BROWSERS, untested);
      console.log(`# ${untested}`);
      return false;
    })
    .map((browser) => ({ ...browser, open: (t, options) => open(t, browser, options) }));
}

function freePort() {
  return new Promise((done) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function untilListening(port, child) {
  const end = Date.now() + 20_000;
  for (;;) {
    assert.equal(child.exitCode, null, "the driver ended at once");
    const connected = await new Promise((done) => {
      const socket = net.connect(port, "127.0.0.1", () => {
        socket.destroy();
        done(true);
      });
      socket.on("error", () => done(false));
    });
    if (connected) return;
    assert.ok(Date.now() < end, `nothing listens on ${port}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** What `promise` comes to, or a failure: scripts and pages have their own, shorter time. */
async function inTime(promise, message) {
  let timer;
  const late = new Promise((_, refuse) => {
    timer = setTimeout(() => refuse(new assert.AssertionError({ message: message() })), PATIENCE_MS + 15_000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts a program in a group of its own, and ends the whole group by `signal` when the test does. */
function start(t, program, args, { environment = {}, stdio = "ignore", signal = "SIGKILL" } = {}) {
  const env = { ...process.env, ...environment };
  const child = spawn(program, args, { env, stdio, detached: true });
  const ended = once(child, "exit");
  t.after(async () => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself.
    }
    const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(late);
  });
  return child;
}

/**
 * A virtual screen of its own, of a number that the server finds free; WebKit's test browser has no
 * headless mode.
 */
async function startDisplay(t) {
  const args = ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"];
  // Asked to end, it takes its lock file with it.
  const server = start(t, "Xvfb", args, { stdio: ["ignore", "pipe", "ignore"], signal: "SIGTERM" });
  const late = setTimeout(() => server.kill("SIGKILL"), 10_000);
  let number = "";
  for await (const text of server.stdout) {
    number += text;
    if (number.includes("\n")) break;
  }
  clearTimeout(late);
  assert.match(number, /^\d+\n$/, "Xvfb did not start");
  return `:${number.trim()}`;
}

/**
 * Opens a browser with a fresh profile; `url` is loaded, `proxy` is an address from
 * `recordingProxy`, `environment` is added to the browser's.
 */
async function open(t, browser, { url, proxy, environment = {} } = {}) {
  const display = browser.needsDisplay ? { DISPLAY: await startDisplay(t) } : {};
  const port = await freePort();
  const [program, args] = browser.driver(port);
  const folder = mkdtempSync(join(tmpdir(), "cuvette-browser-"));
  const env = { ...browser.environment, ...display, ...environment, TMPDIR: folder };
  const child = start(t, program, args, { environment: env });
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 10 });
  t.after(() => remove().catch((error) => console.log(`# left behind: ${error.message}`)));
  await untilListening(port, child);

  const capabilities = new Capabilities(browser.capabilities);
  if (proxy) {
    capabilities.set("proxy", { proxyType: "manual", httpProxy: proxy, sslProxy: proxy });
  }
  const driver = new Builder()
    .usingServer(`http://127.0.0.1:${port}`)
    .withCapabilities(capabilities)
    .disableEnvironmentOverrides()
    .build();
  // One that hangs is named, not found out by the whole test being too late.
  const execute = driver.execute.bind(driver);
  driver.execute = (command) =>
    inTime(execute(command), () => `${browser.name} does not answer "${command.getName()}"`);
  await inTime(driver.getSession(), () => `${browser.name} does not start`);
  await driver.manage().setTimeouts({ script: PATIENCE_MS, pageLoad: PATIENCE_MS });
  const page = new Page(driver);
  if (url) await page.goto(url);
  return page;
}

/** A tab, with the few verbs the tests need. `driver` is the whole WebDriver client. */
export class Page {
  constructor(driver) {
    this.driver = driver;
  }

  async goto(url) {
    await this.driver.get(url);
  }

  /** The element, once it is there. */
  async find(selector) {
    let found;
    const isThere = async () => {
      [found] = await this.driver.findElements(By.css(selector));
      return found !== undefined;
    };
    await this.waitFor(isThere, () => `${selector} is not on the page`);
    return found;
  }

  async text(selector) {
    return (await this.find(selector)).getText();
  }

  async click(selector) {
    await (await this.find(selector)).click();
  }

  /** Waits until the element's text matches; survives the page being loaded anew meanwhile. */
  async waitForText(selector, pattern, patience = PATIENCE_MS) {
    let last = "";
    const matches = async () => {
      last = (await this.evaluate(`return document.querySelector(arguments[0])?.textContent`, selector)) ?? "";
      return pattern.test(last);
    };
    await this.waitFor(matches, () => `${selector} is "${last}", not ${pattern}`, patience);
    return last;
  }

  /** Waits until `<html data-name>` has the value. */
  async waitForState(name, value) {
    let last;
    const matches = async () => {
      last = await this.evaluate(`return document.documentElement.dataset[arguments[0]]`, name);
      return last === value;
    };
    await this.waitFor(matches, () => `data-${name} is "${last}", not "${value}"`);
  }

  async waitFor(condition, message, patience = PATIENCE_MS) {
    const end = Date.now() + patience;
    for (;;) {
      // A navigation in the middle of a question makes it fail; it is asked again.
      if (await condition().catch(() => false)) return;
      if (Date.now() > end) assert.fail(`${message()}. The page: ${await this.glance()}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  /** What a person would see of the page, and whether it is alive: for the words of a failure. */
  async glance() {
    const look = `
      const [done] = arguments;
      let frames = 0;
      const count = () => requestAnimationFrame(() => { frames += 1; count(); });
      count();
      setTimeout(() => done(JSON.stringify({
        age: Math.round(performance.now()),
        frames,
        visibility: document.visibilityState,
        ...document.documentElement.dataset,
        engineReady: undefined,
        toast: document.querySelector("#toast")?.textContent,
        broken: document.querySelector("#broken")?.textContent,
        canvases: [...document.querySelectorAll("canvas")].map(({ dataset }) => \`\${dataset.figure} \${dataset.state}\`),
        text: document.body.innerText.replace(/\\s+/g, " ").slice(0, 600),
      })), 500);`;
    return this.driver.executeAsyncScript(look).catch((error) => `no answer (${error})`);
  }

  /** Runs a function body in the page and returns what it returns. */
  evaluate(script, ...args) {
    return this.driver.executeScript(script, ...args);
  }

  /** Runs an async function body in the page and returns what it resolves to. */
  evaluateAsync(script, ...args) {
    const body = `
      const done = arguments[arguments.length - 1];
      (async (...args) => { ${script} })(...Array.from(arguments).slice(0, -1))
        .then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    return this.driver.executeAsyncScript(body, ...args).then(({ value, error }) => {
      if (error !== undefined) throw new Error(error);
      return value;
    });
  }

  /** Gives files to an `<input type=file>`, hidden or not, as a person choosing them would. */
  async upload(selector, ...paths) {
    await (await this.find(selector)).sendKeys(paths.map((path) => resolve(path)).join("\n"));
  }

  /** A further tab of the same browser, in front. */
  async newTab(url) {
    await this.driver.switchTo().newWindow("tab");
    if (url) await this.goto(url);
    return this;
  }

  /** What axe-core finds serious or critical, one line for each. */
  async accessibilityFindings() {
    const { source } = (await import("axe-core")).default;
    // The policy refuses to evaluate text; WebDriver's own evaluation is not bound by it.
    await this.evaluate(`${source}; window.axe = axe;`);
    // A button that has just been enabled is on its way from one color to the other.
    const { violations } = await this.evaluateAsync(`
      const passing = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < 5_000);
      await Promise.all(passing.map(({ finished }) => finished.catch(() => {})));
      return await window.axe.run();`);
    return violations
      .filter(({ impact }) => ["serious", "critical"].includes(impact))
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target).join(" ")}`);
  }
}

/**
 * Waits until the page is stored for offline use, isolated, and its engine is ready.
 *
 * WebKit's driver now and then answers nothing more when it is asked while a page reloads itself, as
 * it does at the first visit to a host without `ISOLATION`: it is left alone meanwhile.
 */
export async function untilSettled(page, browser, { reloads = true } = {}) {
  if (reloads && browser.name.startsWith("WebKit")) await new Promise((done) => setTimeout(done, 1_500));
  const isolated = `return navigator.serviceWorker.controller !== null && globalThis.crossOriginIsolated`;
  await page.waitFor(
    () => page.evaluate(isolated),
    () => "the page did not become isolated",
  );
  await page.waitForState("offline", "ready");
  await page.waitForState("engine", browser.hasSharedMemory ? "threads" : "single");
}

/** What a host sends that spares a page its reload at the first visit. */
export const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * The built page in a browser, at rest, of a host that isolates it; `query` is appended to its
 * address.
 */
export async function openSettled(t, browser, query = "") {
  const site = await serve(t, { headers: ISOLATION });
  const page = await browser.open(t, { url: site.url + query });
  await untilSettled(page, browser, { reloads: false });
  return page;
}

/** How many threads the engine said it runs on. */
export async function engineThreads(page) {
  const ready = await page.evaluate(`return document.documentElement.dataset.engineReady`);
  return Number(/"threads":\s*(\d+)/.exec(ready)?.[1]);
}

/** Fails when anything but the browser itself has asked for another host than the site's. */
export async function assertNothingLeft(page, browser, site, proxy) {
  const host = `127.0.0.1:${site.port}`;
  const others = proxy.hosts.filter((asked) => asked !== host && !browser.ownHosts.test(asked));
  assert.deepEqual(others, [], "requests that left the origin");
  const resources = `return performance.getEntriesByType("resource").map((entry) => entry.name)`;
  const here = (name) => name.startsWith(site.url) || /^(blob|data):/.test(name);
  const elsewhere = (await page.evaluate(resources)).filter((name) => !here(name));
  assert.deepEqual(elsewhere, [], "resources from elsewhere");
}
