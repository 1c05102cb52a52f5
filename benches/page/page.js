// Takes tasks from the harness one by one and hands them to the engine's worker.
const threads = Number(new URLSearchParams(location.search).get('threads'));
const worker = new Worker('worker.js', { type: 'module' });

/** One round trip to the worker. */
function ask(message) {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => {
      // What the engine says on its way is for the real page.
      if (!('message' in data)) resolve(data);
    };
    worker.onerror = ({ message: error }) => resolve({ error: `worker: ${error}` });
    worker.postMessage(message);
  });
}

const ready = ask({ start: threads });
for (;;) {
  const task = await (await fetch('/next')).text();
  const started = await ready;
  const file = document.querySelector('input').files[0];
  const reply = started.error ? started : await ask({ task, file });
  await fetch('/reply', { method: 'POST', body: JSON.stringify(reply) });
}
