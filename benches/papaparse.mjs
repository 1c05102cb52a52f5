// Papa Parse in Node, as a contestant of `cargo xtask bench`: one JSON request per line, one answer.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import Papa from 'papaparse';

const text = readFileSync(`${process.argv[2]}/table.tsv`, 'latin1');

/** Rows, columns, the sum, and every 99,991st value, as the other contestants answer. */
function sampled(rows) {
  const body = rows.slice(1).filter((row) => row.length > 1);
  const nColumns = body[0].length - 1;
  let sum = 0;
  const some = [];
  body.forEach((row, r) => {
    for (let c = 0; c < nColumns; c += 1) {
      sum += row[c + 1];
      if ((r * nColumns + c) % 99_991 === 0) some.push(row[c + 1]);
    }
  });
  return [body.length, nColumns, sum, ...some];
}

for await (const line of createInterface({ input: process.stdin })) {
  JSON.parse(line);
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const result = Papa.parse(text, { delimiter: '\t', dynamicTyping: true });
  const seconds = (performance.now() - start) / 1000;
  const peakBytes = Math.max(0, process.memoryUsage().rss - before);
  console.log(JSON.stringify({ seconds, peak_bytes: peakBytes, answer: sampled(result.data) }));
}
