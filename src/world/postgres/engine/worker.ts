import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Asked, Work } from './conversation.ts';
import { type FileImage, type FileSystem, openImages } from './file-image.ts';
import { type MemoryImage, restoreMemory, takeMemory } from './memory-image.ts';
import { installSurrogates } from './surrogates.ts';

/** Migrations run at this moment, before any scenario's own clock, so that a template serves them all. */
const epoch = Date.UTC(2020, 0, 1);
const mostTemplates = 12;
const longjmp = 100;

const surrogates = installSurrogates();
surrogates.set(epoch);
surrogates.seed(1);
const { boot, dump } = await import('./boot.ts');
const start = (workerData as { files?: Uint8Array }).files ?? (await dump());
surrogates.set(epoch);
surrogates.seed(1);
const postgres = await boot(start);
const images = openImages(postgres.Module.FS as unknown as FileSystem);
const templates = new Map<string, Template>();
const base = take();
let broken: string | undefined;
watch();

interface Template {
  memory: MemoryImage;
  files: FileImage;
  stack: number;
  growths: number;
}

function take(): Template {
  const memory = takeMemory(postgres.Module.wasmMemory, templates.size > 0 ? base.memory : undefined);
  return { memory, files: images.take(), stack: postgres.Module.stackSave(), growths: surrogates.growths() };
}

function restore(template: Template): void {
  restoreMemory(postgres.Module.wasmMemory, template.memory);
  images.restore(template.files);
  postgres.Module.stackRestore(template.stack);
}

/** Postgres leaves its loop by one known exception; any other means that its memory can no longer be trusted. */
function watch(): void {
  const once = postgres.Module._PostgresMainLoopOnce;
  postgres.Module._PostgresMainLoopOnce = () => {
    try {
      once();
    } catch (thrown) {
      const status = typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : undefined;
      if (status !== longjmp) broken ??= String(thrown);
      throw thrown;
    }
  };
}

function prepare(work: Extract<Work, { do: 'prepare' }>): Answer {
  const known = templates.get(work.key);
  if (known) {
    templates.delete(work.key);
    templates.set(work.key, known);
    return { refused: null };
  }
  restore(base);
  surrogates.set(epoch);
  surrogates.seed(1);
  for (const { file, message } of work.scripts) {
    const bytes = run([message]);
    const refused = refusal(bytes);
    if (refused) return { refused: { file, reply: bytes } };
  }
  if (work.replay.length > 0) surrogates.seed(1);
  for (const { messages, now } of work.replay) {
    surrogates.set(now);
    run(messages);
  }
  templates.set(work.key, take());
  const [oldest] = templates.keys();
  if (templates.size > mostTemplates && oldest !== undefined) templates.delete(oldest);
  return { refused: null };
}

function open(work: Extract<Work, { do: 'open' }>): Answer {
  const template = templates.get(work.key);
  if (!template || template.growths !== surrogates.growths()) return { worn: true };
  restore(template);
  surrogates.seed(work.seed);
  return { worn: false };
}

function run(messages: Uint8Array[]): Uint8Array {
  return Buffer.concat(messages.map((message) => postgres.execProtocolRawSync(message)));
}

/** Whether a reply holds an error, read by walking over its messages. */
function refusal(reply: Uint8Array): boolean {
  const bytes = Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength);
  for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) if (bytes[at] === 0x45) return true;
  return false;
}

function answer(work: Work): Answer {
  if (work.do === 'prepare') return prepare(work);
  if (work.do === 'open') return open(work);
  if (work.do === 'files') return { files: start };
  surrogates.set(work.now);
  const bytes = run(work.messages);
  return { bytes, passed: Math.floor(surrogates.passed()), broken };
}

parentPort?.on('message', ({ id, work }: Asked) => {
  try {
    parentPort?.postMessage({ id, answer: answer(work) });
  } catch (thrown) {
    broken ??= thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    parentPort?.postMessage({ id, answer: { bytes: new Uint8Array(), passed: 0, broken } });
  }
});
parentPort?.postMessage('ready');
