// The kill switch: a service worker that undoes Cuvette's. Should a build ever go out that cannot
// update itself, put this file on the host as `sw.js`. At its next visit each browser fetches it,
// forgets the stored files, and shows what the host has. Recipes and data are not touched.

const PREFIX = `cuvette ${self.registration.scope} `;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(undo()));
self.addEventListener("message", (event) => {
  if (event.data === "version") event.ports[0]?.postMessage(null);
});

async function undo() {
  const ours = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(ours.map((name) => caches.delete(name)));
  await self.registration.unregister();
}
