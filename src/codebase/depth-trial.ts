import { readFileSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { parseSync } from 'oxc-parser';
import { transformSync } from 'oxc-transform';

type Language = 'js' | 'jsx' | 'ts' | 'tsx';

// The stack of a worker is half of the main one: what stands here has room to spare there.
if (isMainThread) {
  const given = { lang: process.argv[2] ?? 'tsx', source: readFileSync(0, 'utf8') };
  new Worker(new URL(import.meta.url), { workerData: given }).once('exit', (code) => {
    process.exitCode = code;
  });
} else {
  const { lang, source } = workerData as { lang: Language; source: string };
  const { program } = parseSync('file', source, { lang });
  transformSync('file', source, { lang });
  if (program.type !== 'Program') process.exitCode = 1;
}
