// Starts one build of the engine inside a Web Worker. The page runs this file as a module worker,
// or as `import` of a blob worker; it lies beside the engine it loads (`worker.js`, `engine.js`).
//
// Only what WebAssembly cannot do for itself stands here: make the shared memory, load the module,
// start the thread pool. Then `start(threads, maximum, steps)` in Rust takes over and says that it is ready.
// If that fails, the one message `{ boot: "failed", reason }` says why.

import * as engine from "./engine.js";

// The second half of the engine, what the steps need: fetched once the first is up.
const STEPS = new URL("./steps.wasm", import.meta.url).href;
const PAGE_BYTES = 65536;
const GIB = 2 ** 30;
// Larger than the module's own minimum; it grows from here.
const INITIAL_BYTES = 64 * 2 ** 20;
// What a browser may refuse is address space, not memory in use: ask for all of it, then for less.
const MAXIMUM_BYTES = [4 * GIB, 2 * GIB, 1 * GIB];
// A pool whose workers a policy or an extension blocks would hang without a word.
const POOL_LIMIT_MS = 10_000;
const MAX_THREADS = 16;

function sharedMemory() {
  let refusal;
  for (const maximum of MAXIMUM_BYTES) {
    try {
      const memory = new WebAssembly.Memory({
        initial: INITIAL_BYTES / PAGE_BYTES,
        maximum: maximum / PAGE_BYTES,
        shared: true,
      });
      return { memory, maximum };
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

// `?threads=N` in this script's address, else one thread for each core.
function wantedThreads() {
  const asked = Number(new URL(import.meta.url).searchParams.get("threads"));
  const cores = navigator.hardwareConcurrency || 1;
  return Math.max(1, Math.min(asked || cores, MAX_THREADS));
}

function withLimit(promise, milliseconds, what) {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`${what} did not start within ${milliseconds / 1000} s`));
    const timer = setTimeout(late, milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

// Workbooks have a reader of their own, in a worker that lives as long as it reads one: what a large
// one takes of memory is given back, and Cancel ends it. The worker is a blob's, for a blob has the
// policy of who made it. What was read last is kept: a look, another look and the opening want it.
const CANCEL_LOOK_MS = 50;
let lastSheet = { of: "", answer: {} };

self.readSheet = async (file, sheet, limit, isCancelled) => {
  const of = JSON.stringify([file.name, file.size, file.lastModified, sheet]);
  if (of === lastSheet.of) return lastSheet.answer;
  const answer = await writeOutSheet(file, sheet, limit, isCancelled);
  if (answer.text) lastSheet = { of, answer };
  return answer;
};

// This worker loads the reader's files, and not the worker that runs them: Firefox asks the network
// for what a worker of a worker loads, past the service worker.
async function sheetReader() {
  const address = new URL(import.meta.url).searchParams.get("sheets");
  const load = async (name) => {
    const file = new URL(name, address);
    // A worker that is older than the service worker is not seen by it: what is stored is asked for.
    const answer = await fetch(file).catch(() => self.caches?.match(file));
    if (!answer?.ok) throw new Error(`${name}: ${answer?.status ?? "not stored"}`);
    return answer.arrayBuffer();
  };
  const [script, wasm] = await Promise.all([load("worker.js"), load("sheets_bg.wasm")]);
  const blob = new Blob([script], { type: "text/javascript" });
  return { worker: new Worker(URL.createObjectURL(blob), { name: "cuvette-sheets" }), wasm };
}

const NOT_LOADED = "its reader could not be loaded: reload the page";
const damaged = (problem) => ({ error: JSON.stringify({ damaged: { problem } }) });

async function writeOutSheet(file, sheet, limit, isCancelled) {
  const reader = await sheetReader().catch(() => undefined);
  if (reader === undefined) return damaged(NOT_LOADED);
  const { worker, wasm } = reader;
  return new Promise((resolve) => {
    const end = ({ text, ...rest }) => {
      clearInterval(timer);
      worker.terminate();
      resolve({ text: text && new File([text], file.name), ...rest });
    };
    const timer = setInterval(() => isCancelled() && end({}), CANCEL_LOOK_MS);
    worker.onmessage = ({ data }) => end(data);
    worker.onerror = ({ message }) => end(damaged(message || NOT_LOADED));
    worker.postMessage({ wasm, file, sheet, limit }, [wasm]);
  });
}

async function boot() {
  if (!("initThreadPool" in engine)) {
    await engine.default({});
    return engine.start(1, MAXIMUM_BYTES[0], STEPS);
  }
  const threads = wantedThreads();
  const { memory, maximum } = sharedMemory();
  await engine.default({ memory });
  await withLimit(engine.initThreadPool(threads), POOL_LIMIT_MS, "the thread pool");
  return engine.start(threads, maximum, STEPS);
}

boot().catch((error) => {
  postMessage({ boot: "failed", reason: String(error?.message ?? error) });
});
