// Reads one sheet of a workbook inside a Web Worker of its own, which the engine's worker starts and
// ends. In: `{ wasm, file, sheet, limit }`; out: `{ text, notes }`, or `{ error }` as JSON of a
// `SheetError`. It stands below the script that binds the module (`wasm_bindgen`), in one file.

onmessage = async ({ data: { wasm, file, sheet, limit } }) => {
  try {
    const [bytes] = await Promise.all([file.arrayBuffer(), wasm_bindgen({ module_or_path: wasm })]);
    const [text, notes] = wasm_bindgen.read_sheet(new Uint8Array(bytes), sheet, limit);
    postMessage({ text: new Blob([text]), notes });
  } catch (error) {
    const told = typeof error === "string";
    // A trap: the reader met what it did not expect, or its memory is full.
    const problem = `its reader stopped (${error?.message ?? error})`;
    postMessage({ error: told ? error : JSON.stringify({ damaged: { problem } }) });
  }
};
