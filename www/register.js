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
//   window event `cuvette-take-update`    the person agreed to the update: taken at once while nothing
//                                         has been opened, else at the next load

const root = document.documentElement;
const container = navigator.serviceWorker;
// A session remembers that it has reloaded for isolation, so that a host or browser where that
// does not help is asked once. Agreement to an update outlives the session.
const RELOADED = `cuvette reloaded ${location.pathname}`;
const AGREED = `cuvette update agreed ${location.pathname}`;

const GONE = "not all files could be stored, or this host has switched offline use off";

let takingUpdate = false;

function show(name, value) {
  root.dataset[name] = value;
  window.dispatchEvent(new Event("cuvette-shell"));
}

function isOpened() {
  return "opened" in root.dataset;
}

// Storage may be switched off; then nothing is remembered and nothing reloads.
function remember(storage, key) {
  try {
    storage().setItem(key, "1");
    return true;
  } catch {
    return false;
  }
}

function remembered(storage, key) {
  try {
    return storage().getItem(key) !== null;
  } catch {
    return false;
  }
}

function forget(storage, key) {
  try {
    storage().removeItem(key);
  } catch {
    // What could not be stored is not there.
  }
}

const session = () => sessionStorage;
const local = () => localStorage;

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
  if (!registration.waiting || !registration.active) return;
  if (remembered(local, AGREED) && !isOpened()) takeUpdate(registration);
  else show("update", "available");
}

function takeUpdate(registration) {
  if (!registration.waiting) return;
  if (isOpened()) {
    remember(local, AGREED);
    show("update", "next-load");
    return;
  }
  forget(local, AGREED);
  takingUpdate = true;
  registration.waiting.postMessage("take-over");
}

// The service worker's headers reach a page only when it loads: one reload, at the first visit.
function reloadForIsolation() {
  if (globalThis.crossOriginIsolated) return forget(session, RELOADED);
  if (!container.controller || isOpened() || remembered(session, RELOADED)) return;
  if (remember(session, RELOADED)) location.reload();
}

function watch(registration) {
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    reached(worker, ["installed", "activating", "activated"]).then(
      () => offerUpdate(registration),
      () => {}, // The old build goes on; the browser tries the new one again at the next load.
    );
  });
  window.addEventListener("cuvette-take-update", () => takeUpdate(registration));
  container.addEventListener("controllerchange", () => {
    if (takingUpdate && !isOpened()) location.reload();
    else reloadForIsolation();
  });
}

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
    reloadForIsolation();
  } catch (error) {
    root.dataset.offlineReason = String(error?.message ?? error);
    show("offline", "failed");
  }
}

main();
