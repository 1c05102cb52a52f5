// Runs a test binary built for wasm32-wasip1, as cargo's runner for that target.
//
// Plain `#[test]` functions run in WebAssembly this way, with the same harness as natively. The
// program sees the file system as it is (golden files, CUVETTE_DATA) and nothing of the network.

import { readFile } from "node:fs/promises";
import { argv, cwd, env, exit } from "node:process";
import { WASI } from "node:wasi";

const [, , program, ...rest] = argv;
const wasi = new WASI({
  version: "preview1",
  args: [program, ...rest],
  env: { ...env, PWD: cwd() },
  preopens: { "/": "/" },
  returnOnExit: true,
});
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
exit(wasi.start(instance));
