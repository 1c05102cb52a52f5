// Registers the service worker and tells the page how things stand. It is plain JavaScript and
// separate from the application, so that an update can still come in where the application fails.
//
// For the page (all on the root element `<html>`; every change fires `cuvette-shell` on `window`):
//   data-isolated  "yes" | "no"           threads are possible in this page
//   data-offline   "no" | "installing" | "ready" | "failed"
//   data-offline-version                  the build that is stored, when ready
//   data-offline-reason                   why not, when "no" or "failed"
//   data-update    "available" | "next-load"   a newer build waits; absent: none
// From the page:
//   data-opened                           set it once anything has been opened: nothing reloads any more
//   window event `cuvette-take-update`    the person agreed to the update: its service worker takes
//                                         over, and the page follows at once while nothing has been
//                                         opened, else at the next load

const root = document.documentElement;
const container = navigator.serviceWorker;
// A session remembers what it has reloaded for, so that a host or browser where that does not help
// is asked once.
const RELOADED = `cuvette reloaded ${location.pathname}`;
const RELOADED_FOR_BUILD = `cuvette reloaded for build ${location.pathname}`;

const GONE = "not all files could be stored, or this host has switched offline use off";

function show(name, value) {
  root.dataset[name] = value;
  window.dispatchEvent(new Event("cuvette-shell"));
}

function isOpened() {
  return "opened" in root.dataset;
}

// Storage may be switched off; then nothing is remembered and nothing reloads.
function remember(reason) {
  try {
    sessionStorage.setItem(reason, "1");
    return true;
  } catch {
    return false;
  }
}

function remembered(reason) {
  try {
    return sessionStorage.getItem(reason) !== null;
  } catch {
    return false;
  }
}

function forget(reason) {
  try {
    sessionStorage.removeItem(reason);
  } catch {
    // What could not be stored is not there.
  }
}

// Asked again until answered: a worker that is just being replaced never answers.
function version(registration) {
  return new Promise((resolve) => {
    const ask = () => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event) => {
        clearInterval(again);
        resolve(event.data);
      };
      (container.controller ?? registration.active)?.postMessage("version", [port2]);
    };
    const again = setInterval(ask, 1000);
    ask();
  });
}

// A worker becomes, in this order: installing, installed, activating, activated.
function reached(worker, states) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (states.includes(worker.state)) resolve();
      if (worker.state === "redundant") reject(new Error(GONE));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

function offerUpdate(registration) {
  if (registration.waiting && registration.active) show("update", "available");
}

// The service worker's headers reach a page only when it loads: one reload, at the first visit.
function reloadForIsolation() {
  if (globalThis.crossOriginIsolated) forget(RELOADED);
  else if (container.controller) reloadOnce(RELOADED);
}

// Says whether it reloads.
function reloadOnce(reason) {
  const reloads = !isOpened() && !remembered(reason) && remember(reason);
  if (reloads) location.reload();
  return reloads;
}

// Page and stored build are the same, except after an update: one agreed to here or in another
// tab, or one that took over while this page was on its way, because no tab used the old build any
// more. The last gives no event that this page could still hear, so it is looked for at the start.
// A page that stays finds its files: the service worker keeps those of the build before it.
function follow(registration, stored) {
  if (stored === root.dataset.version) {
    forget(RELOADED_FOR_BUILD);
    return reloadForIsolation();
  }
  if (!reloadOnce(RELOADED_FOR_BUILD)) show("update", "next-load");
}

function watch(registration) {
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    reached(worker, ["installed", "activating", "activated"]).then(
      () => offerUpdate(registration),
      () => {}, // The old build goes on; the browser tries the new one again at the next load.
    );
  });
  window.addEventListener("cuvette-take-update", () => registration.waiting?.postMessage("take-over"));
  container.addEventListener("controllerchange", async () => {
    const stored = await version(registration);
    if (stored !== null) follow(registration, stored);
  });
}

// The application that broke can say nothing any more: a trap has ended it. Events still reach it,
// and trap again. Any other exception that nobody caught has ended what was being drawn, which then
// stands still.
function sayBroken(error) {
  if (!(error instanceof Error) || document.getElementById("broken")) return;
  const words = document.createElement("span");
  words.textContent =
    error.name === "RuntimeError"
      ? "The page broke. Your recipe is kept. Please report what you did last."
      : `A part of the page broke and may stand still. Your recipe is kept. Please report this: ${error.name}: ${error.message}`;
  const reload = document.createElement("button");
  reload.className = "btn";
  reload.textContent = "Reload the page";
  reload.addEventListener("click", () => location.reload());
  const note = document.createElement("div");
  note.id = "broken";
  note.className = "toast";
  note.setAttribute("role", "alert");
  note.append(words, reload);
  document.body.append(note);
}

window.addEventListener("error", ({ error }) => sayBroken(error));
window.addEventListener("unhandledrejection", ({ reason }) => sayBroken(reason));

async function main() {
  const isolated = globalThis.crossOriginIsolated && typeof SharedArrayBuffer === "function";
  show("isolated", isolated ? "yes" : "no");
  if (!container) {
    root.dataset.offlineReason = "this browser has no service workers here";
    return show("offline", "no");
  }
  show("offline", "installing");
  try {
    const registration = await container.register("./sw.js", { updateViaCache: "none" });
    watch(registration);
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    // What controls the page is active; WebKit may not say so of one that has just taken over.
    if (!container.controller) await reached(worker, ["activated"]);
    const stored = await version(registration);
    if (stored === null) throw new Error(GONE);
    root.dataset.offlineVersion = stored;
    show("offline", "ready");
    offerUpdate(registration);
    follow(registration, stored);
  } catch (error) {
    root.dataset.offlineReason = String(error?.message ?? error);
    show("offline", "failed");
  }
}

main();
