// Reads one sheet of a workbook inside a Web Worker of its own, which the engine's worker starts and
// ends. Out: "ready"; in: `{ file, sheet, limit }`; out: `{ text, notes }`, or `{ error }` as JSON of a
// `SheetError`.

import init, { read_sheet } from "./sheets.js";

onmessage = async ({ data: { file, sheet, limit } }) => {
  try {
    const [bytes] = await Promise.all([file.arrayBuffer(), init({})]);
    const [text, notes] = read_sheet(new Uint8Array(bytes), sheet, limit);
    postMessage({ text: new Blob([text]), notes });
  } catch (error) {
    const told = typeof error === "string";
    // A trap: the reader met what it did not expect, or its memory is full.
    const problem = `its reader stopped (${error?.message ?? error})`;
    postMessage({ error: told ? error : JSON.stringify({ damaged: { problem } }) });
  }
};

postMessage("ready");
