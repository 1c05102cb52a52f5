// The engine's worker, asked as the page asks it: both builds, without the page.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { DIST, ISOLATION, browsers, serve } from "./harness.mjs";

/** A Cancel is heard within this time. A busy machine may be late; the best of a few tries counts. */
const CANCEL_MS = 100;
const N_TRIES = 5;

const ENGINES = join(DIST, "engine");
const engine = (kind) => {
  const folder = readdirSync(ENGINES).find((name) => name.startsWith(`${kind}-`));
  assert.ok(folder && existsSync(join(ENGINES, folder)), `dist has no engine ${kind}`);
  return `/engine/${folder}/worker.js`;
};
/** The second half of the engine, which the steps need. */
const steps = (kind) => engine(kind).replace("worker.js", "steps.wasm");

// Runs in the page: `ask(body, file)` resolves to the last reply, with all before it.
const CLIENT = `<!doctype html><title>engine</title><script>
  const asked = new Map();
  let lastId = 0;
  function start(script) {
    return new Promise((resolve, reject) => {
      window.worker = new Worker(script, { type: "module" });
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => {
        if (data.boot) return reject(new Error(data.reason));
        const { id, body } = JSON.parse(data.message);
        if (body.ready) return resolve(body.ready);
        if (body.catalogue) window.catalogue = body.catalogue;
        if (id === 0) return;
        const question = asked.get(id);
        const isLast = body === "cancelled" || body.done !== undefined || body.failed;
        if (!isLast) return question.said.push(body), question.onSaid?.(body);
        asked.delete(id);
        question.resolve({ last: body, said: question.said, bytes: data.bytes, at: performance.now() });
      };
    });
  }
  function ask(body, file, onSaid) {
    const id = ++lastId;
    const answer = new Promise((resolve) => asked.set(id, { resolve, said: [], onSaid }));
    worker.postMessage({ message: JSON.stringify({ id, body }), file });
    answer.id = id;
    return answer;
  }
  function open(name, text) {
    const file = new File([text], name + ".tsv");
    const about = { name: file.name, size_bytes: file.size };
    return ask({ open: { name, file: about, kind: null, options: {} } }, file);
  }
  function evaluate(steps, inputs, onSaid) {
    const recipe = { cuvette: 1, inputs: inputs.map((name) => ({ name })), steps };
    return ask({ evaluate: { recipe } }, undefined, onSaid);
  }
  function view(of, more) {
    const view = { row: 0, n_rows: 5, column: 0, n_columns: 3, sort: null, filter: "", names: [], ...more };
    return ask({ window: { table: { of, table: "values" }, view } });
  }
  function draw(of) {
    const figure = { name: "values", subject: null, statistic: null, raster_size: [0, 0], window: null };
    return ask({ draw: { of, figure } });
  }
  function numbers(nGenes, nSamples) {
    const lines = ["gene\\t" + Array.from({ length: nSamples }, (_, s) => "s" + s).join("\\t")];
    let state = 1;
    for (let gene = 0; gene < nGenes; gene++) {
      const cells = Array.from({ length: nSamples }, () => (state = (state * 48271) % 2147483647) % 1000);
      lines.push("g" + gene + "\\t" + cells.join("\\t"));
    }
    return lines.join("\\n") + "\\n";
  }
</script>`;

for (const browser of browsers()) {
  const claim = (text, run) => test(`${browser.name}: ${text}`, { timeout: 300_000 }, run);

  const opened = async (t, kind, replace = {}) => {
    const site = await serve(t, { headers: ISOLATION, replace: { "/client.html": CLIENT, ...replace } });
    const page = await browser.open(t, { url: `${site.url}client.html` });
    const ready = await page.evaluateAsync(`return await start(args[0])`, engine(kind));
    return { page, ready, site };
  };

  for (const kind of ["threads", "single"]) {
    if (kind === "threads" && !browser.hasSharedMemory) continue;

    claim(`${kind}: a file is opened, logged, shown, drawn and saved`, async (t) => {
      const { page } = await opened(t, kind);
      const said = await page.evaluateAsync(`
        await open("counts", numbers(300, 6));
        const evaluated = await evaluate([{ id: "logged", run: "log", of: ["counts"] }], ["counts"]);
        const table = { of: "logged", table: "values" };
        const view_ = { row: 0, n_rows: 0, column: 0, n_columns: 0, sort: null, filter: "", names: [] };
        const what = { table: { table, format: "tsv", view: view_ } };
        const saved = await ask({ export: { what } });
        return {
          evaluated,
          shown: (await view("logged", { sort: { column: "s1", descending: true } })).last,
          drawn: (await draw("counts")).last,
          saved: { last: saved.last, text: new TextDecoder().decode(saved.bytes) },
          again: (await evaluate([{ id: "logged", run: "log", of: ["counts"] }], ["counts"])).last,
          lost: (await view("lost")).last,
          catalogue: catalogue.map(({ id }) => id),
        };`);
      assert.equal(said.evaluated.last.done.evaluated.n_computed, 1);
      assert.ok(said.evaluated.said.some((body) => body.step?.status.ready));
      const { columns, n_rows } = said.shown.done.window;
      assert.equal(n_rows, 300);
      assert.deepEqual(columns.map(({ name }) => name), ["gene", "s0", "s1", "s2"]);
      const shown = columns[2].values.number;
      assert.deepEqual(shown, shown.toSorted((a, b) => b - a));
      assert.equal(said.drawn.done.figure.name, "values");
      assert.equal(said.saved.last.done.file.name, "logged.tsv");
      assert.equal(said.saved.text.split("\n").length, 302);
      assert.equal(said.again.done.evaluated.n_computed, 0);
      assert.equal(said.lost.failed.code, "nothing_of");
      assert.ok(said.catalogue.includes("log"));
    });
  }

  for (const kind of ["threads", "single"]) {
    if (kind === "threads" && !browser.hasSharedMemory) continue;

    claim(`${kind}: a file opens and is drawn before the second half comes, and steps wait for it`, async (t) => {
      let send;
      const held = new Promise((resolve) => (send = resolve));
      const { page, site } = await opened(t, kind, { [steps(kind)]: held });
      const before = await page.evaluateAsync(`
        await open("counts", numbers(300, 6));
        const none = await evaluate([], ["counts"]);
        const shown = (await view("counts", { sort: { column: "s1", descending: true } })).last;
        const drawn = (await draw("counts")).last;
        window.logged = evaluate([{ id: "logged", run: "log", of: ["counts"] }], ["counts"]);
        const meanwhile = (await view("counts")).last;
        return { none: none.last, shown, drawn, meanwhile };`);
      assert.equal(before.none.done.evaluated.n_computed, 0);
      assert.equal(before.shown.done.window.n_rows, 300);
      assert.equal(before.drawn.done.figure.name, "values");
      assert.equal(before.meanwhile.done.window.n_rows, 300);
      send(readFileSync(join(DIST, steps(kind))));
      const after = await page.evaluateAsync(`return (await logged).last`);
      assert.equal(after.done.evaluated.n_computed, 1);
      // Nothing before the step had to fetch it for itself.
      assert.equal(site.requests.filter((path) => path === steps(kind)).length, 1);
    });

    claim(`${kind}: a second half that cannot be loaded is told`, async (t) => {
      const { page } = await opened(t, kind, { [steps(kind)]: "no module" });
      const told = await page.evaluateAsync(`
        await open("counts", numbers(300, 6));
        const logged = [{ id: "logged", run: "log", of: ["counts"] }];
        return { step: (await evaluate(logged, ["counts"])).last, shown: (await view("counts")).last };`);
      assert.equal(told.step.failed.code, "steps_not_loaded");
      assert.match(told.step.failed.message, /damaged/);
      assert.equal(told.shown.done.window.n_rows, 300);
    });
  }

  // In WebKit the step is over before its worker hears the next message: not measured there.
  if (!browser.hasSharedMemory || browser.name === "WebKit") continue;

  claim("threads: while a step runs, tables are shown and a Cancel is heard at once", async (t) => {
    const { page } = await opened(t, "threads");
    const said = await page.evaluateAsync(
      `
        await open("large", numbers(3000, 1500));
        const steps = [{ id: "all", run: "sample_correlation", of: ["large"], with: { method: "spearman" } }];
        const tries = [];
        for (let i = 0; i < args[0]; i++) {
          let begun;
          const progress = new Promise((resolve) => (begun = resolve));
          const answer = evaluate(steps, ["large"], (body) => body.progress && begun());
          await progress;
          const asked = performance.now();
          const shown = await view("large");
          const cancelled = performance.now();
          ask({ cancel: { request: answer.id } });
          const { last, at } = await answer;
          tries.push({ last, shown: shown.last, showing: cancelled - asked, cancelling: at - cancelled });
        }
        return tries;`,
      N_TRIES,
    );
    for (const { last, shown } of said) {
      assert.equal(last, "cancelled");
      assert.equal(shown.done.window.n_rows, 3000);
    }
    const best = (times) => Math.min(...times);
    t.diagnostic(`cancelled in ${said.map(({ cancelling }) => Math.round(cancelling)).join(", ")} ms`);
    t.diagnostic(`shown in ${said.map(({ showing }) => Math.round(showing)).join(", ")} ms`);
    assert.ok(best(said.map(({ cancelling }) => cancelling)) < CANCEL_MS);
    assert.ok(best(said.map(({ showing }) => showing)) < CANCEL_MS);
  });
}
