// The engine in a worker, timed from outside of WebAssembly. The start-up is that of
// `www/engine-worker.js`, without its time limit: here a hang is the harness's to notice.
import * as engine from '/engine/engine.js';

const MEBIBYTE_PAGES = 16;
let bench;
let memory;
let shapes;

async function start(threads) {
  if (threads === 0) {
    ({ memory } = await engine.default({}));
  } else {
    memory = new WebAssembly.Memory({
      initial: 64 * MEBIBYTE_PAGES,
      maximum: 4096 * MEBIBYTE_PAGES,
      shared: true,
    });
    await engine.default({ memory });
    await engine.initThreadPool(threads);
  }
  engine.steps_at(new URL('/engine/steps.wasm', self.location.href).href);
  await engine.fetch_steps();
  bench = new engine.Bench();
  shapes = await (await fetch('/input/shapes.json')).json();
  return { ready: true };
}

async function bytes(name) {
  return new Uint8Array(await (await fetch(`/input/${name}`)).arrayBuffer());
}

const PREVIEW_BYTES = [2 ** 20, 64 * 2 ** 10];

/** Bytes of a file, without waiting. */
function slice(file, from, to) {
  return new Uint8Array(new FileReaderSync().readAsArrayBuffer(file.slice(from, to)));
}

let seen = [];

/** What each task needs before the clock starts, and what it is. */
const TASKS = {
  parse: {
    prepare: () => bytes('table.tsv'),
    run: (table) => bench.parse(table),
    answer: () => bench.parse_answer(),
  },
  parse_file: {
    prepare: (file) => file,
    run: (file) => bench.open(file),
    answer: () => bench.parse_answer(),
  },
  preview: {
    prepare: (file) => file,
    run(file) {
      const [nHead, nTail] = PREVIEW_BYTES;
      const tail = slice(file, file.size - nTail, file.size);
      seen = bench.look(file.size, slice(file, 0, nHead), tail);
    },
    answer: () => seen,
  },
  quantile: {
    async prepare() {
      bench.load_matrix(await bytes('table.f32'), shapes.table[1]);
    },
    run: () => bench.quantile(),
    answer: () => bench.quantile_answer(),
  },
  quantile_ranks: {
    async prepare() {
      bench.load_matrix(await bytes('table.f32'), shapes.table[1]);
    },
    run: () => bench.quantile_ranks(),
    answer: () => bench.quantile_answer(),
  },
  quantile_wide: {
    async prepare() {
      bench.load_samples(await bytes('samples.f32'), shapes.samples[1]);
    },
    run: () => bench.quantile_wide(),
    answer: () => bench.quantile_answer(),
  },
  cross_study: {
    async prepare() {
      bench.load_study(await bytes('study_a.f32'), shapes.study[1]);
      bench.load_study(await bytes('study_b.f32'), shapes.study[1]);
    },
    run: () => bench.cross_study(),
    answer: () => bench.cross_study_answer(),
  },
  linkage: {
    async prepare() {
      bench.load_distances(await bytes('table.f32'), shapes.table[1]);
    },
    run: () => bench.linkage(),
    answer: () => bench.linkage_answer(),
  },
  pca: {
    async prepare() {
      bench.load_samples(await bytes('samples.f32'), shapes.samples[1]);
    },
    run: () => bench.pca(),
    answer: () => bench.pca_answer(),
  },
  welch: {
    async prepare() {
      bench.load_two_groups(await bytes('table.f32'), shapes.table[1]);
    },
    run: () => bench.welch(),
    answer: () => bench.welch_answer(),
  },
  gene_metrics: {
    async prepare() {
      bench.load_all_counts(await bytes('counts.f32'), shapes.counts[1]);
    },
    run: () => bench.gene_metrics(),
    answer: () => bench.gene_metrics_answer(),
  },
  gan: {
    async prepare() {
      bench.load_examples(await bytes('table.f32'), shapes.table[1]);
    },
    run: () => bench.gan(),
    answer: () => bench.gan_answer(),
  },
  encoder: {
    async prepare() {
      bench.load_encoder();
    },
    run: () => bench.encoder(),
    answer: () => bench.encoder_answer(),
  },
  rank_context: {
    async prepare() {
      bench.load_cells(await bytes('cells.f32'), shapes.cells[1]);
    },
    run: () => bench.rank_context(),
    answer: () => bench.rank_context_answer(),
  },
  knock_out: {
    async prepare() {
      bench.load_cells_with_model(await bytes('cells.f32'), shapes.cells[1]);
    },
    run: () => bench.knock_out(),
    answer: () => bench.knock_out_answer(),
  },
  forest: {
    async prepare() {
      bench.load_few_samples(await bytes('table.f32'), shapes.table[1]);
    },
    run: () => bench.forest(),
    answer: () => bench.forest_answer(),
  },
  forest_many: {
    async prepare() {
      bench.load_many_samples(await bytes('kinds.f32'), shapes.kinds[1]);
    },
    run: () => bench.forest(),
    answer: () => bench.forest_answer(),
  },
  forest_predict: {
    async prepare() {
      bench.load_many_samples(await bytes('kinds.f32'), shapes.kinds[1]);
      bench.forest();
    },
    run: () => bench.predict(),
    answer: () => bench.predict_answer(),
  },
  tmm: {
    async prepare() {
      bench.load_some_counts(await bytes('counts.f32'), shapes.counts[1]);
    },
    run: () => bench.tmm(),
    answer: () => bench.tmm_answer(),
  },
};

const prepared = {};

async function run({ task, file }) {
  const { prepare, run, answer } = TASKS[task];
  if (!prepared[task]) {
    const input = await prepare(file);
    prepared[task] = { input, heldBytes: memory.buffer.byteLength };
  }
  const { input, heldBytes } = prepared[task];
  const begin = performance.now();
  await run(input);
  const seconds = (performance.now() - begin) / 1000;
  // WebAssembly memory only grows: what it has grown by since the input was there is the peak.
  const peakBytes = memory.buffer.byteLength - heldBytes;
  return { seconds, peak_bytes: peakBytes, answer: Array.from(answer()) };
}

onmessage = async ({ data }) => {
  try {
    postMessage(data.task ? await run(data) : await start(data.start));
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};
