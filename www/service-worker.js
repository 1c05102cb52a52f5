// Cuvette's service worker: makes the page work offline, isolates it, and keeps its policy.
//
// `cargo xtask build` fills in version, files and headers and writes this as `sw.js`.
//
// - All files of one build are stored at install, each checked against its SHA-256: a page is
//   never put together from two builds, and a half-finished deployment is not taken.
// - A new build waits until the person agrees (message `take-over`) or every tab is closed.
// - Every file is stored with the headers that make the page `crossOriginIsolated`, which threads
//   need, and the Content-Security-Policy: a worker takes its policy from its own response.

const VERSION = "{{version}}";
const FILES = "{{files}}";
const HEADERS = "{{headers}}";

// Other deployments on the same origin have caches of their own.
const PREFIX = `cuvette ${self.registration.scope} `;
const CACHE = PREFIX + VERSION;

self.addEventListener("install", (event) => event.waitUntil(store()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
  if (event.data === "version") event.ports[0]?.postMessage(VERSION);
});
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method !== "GET" || !url.startsWith(self.location.origin + "/")) return;
  event.respondWith(respond(event.request));
});

async function store() {
  const cache = await caches.open(CACHE);
  const storeOne = async ([name, expected]) => {
    const response = await fetch(new Request(name, { cache: "reload" }));
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    const bytes = await response.arrayBuffer();
    const found = await sha256(bytes);
    if (found !== expected) throw new Error(`${name} is not of build ${VERSION}`);
    await cache.put(name, withHeaders(response, bytes));
  };
  try {
    await Promise.all(Object.entries(FILES).map(storeOne));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The build before this one is kept: another tab may still run it and restart its engine.
async function activate() {
  const ours = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(ours.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function respond(request) {
  const cache = await caches.open(CACHE);
  const options = { ignoreSearch: true };
  const found = (await cache.match(storedName(request), options)) ?? (await olderMatch(request));
  if (found) return found;
  const response = await fetch(request);
  // An opaque or failed answer cannot be rebuilt.
  return response.status === 0 ? response : withHeaders(response, response.body);
}

function storedName(request) {
  const address = new URL(request.url);
  const scope = new URL(self.registration.scope);
  const isPage = address.pathname === scope.pathname + "index.html";
  return isPage ? new Request(scope) : request;
}

async function olderMatch(request) {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  for (const cacheName of names.reverse()) {
    const found = await caches.match(request, { cacheName, ignoreSearch: true });
    if (found) return found;
  }
  return undefined;
}

function withHeaders(response, body) {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  // The body is no longer as it was sent.
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const { status, statusText } = response;
  return new Response(body, { status, statusText, headers });
}
