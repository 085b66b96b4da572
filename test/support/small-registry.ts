import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/** One entry of a tarball, as its header says it. */
export interface Packed {
  name: string;
  text?: string;
  /** Bytes of nothing, instead of a text. */
  zeros?: number;
  /** Bytes of which some are something, so that it does not pack as if it were nothing. */
  noise?: number;
  /** What tar calls the type: '0' a file, '1' a hard link, '2' a symbolic one. */
  type?: string;
  leads?: string;
  mode?: number;
}

/** A registry of npm's with made packages, at an address of this machine; what was asked of it is told. */
export async function openRegistry(packages: Record<string, Packed[]>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '/').slice(1).replace(/\/-\/.*$/, ''));
    asked.push(request.url ?? '');
    const entries = Object.hasOwn(packages, name) ? packages[name] : undefined;
    if (!entries) return response.writeHead(404).end('{}');
    if (request.url?.endsWith('.tgz')) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      return Readable.from(tar(entries)).pipe(createGzip()).pipe(response);
    }
    const tarball = `http://${request.headers.host}/${name}/-/it-1.0.0.tgz`;
    const version = { name, version: '1.0.0', dist: { tarball } };
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function* tar(entries: Packed[]): Generator<Buffer> {
  const block = Buffer.alloc(1 << 20);
  const noise = Buffer.from(block);
  for (let at = 0; at < 20_000; at += 1) noise[at * 50] = (at * 7919 + (at >> 3) * 104_729) & 255;
  for (const entry of entries) {
    const text = Buffer.from(entry.text ?? '');
    const size = entry.zeros ?? entry.noise ?? text.length;
    yield header(entry, size);
    const filling = entry.noise === undefined ? block : noise;
    if (size === text.length) yield text;
    else for (let left = size; left > 0; left -= block.length) yield filling.subarray(0, Math.min(left, block.length));
    yield Buffer.alloc((512 - (size % 512)) % 512);
  }
  yield Buffer.alloc(1024);
}

function header({ name, type = '0', leads = '', mode = 0o644 }: Packed, size: number): Buffer {
  const bytes = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number) =>
    bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
  bytes.write(name, 0, 100);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  bytes.write(leads, 157, 100);
  bytes.write('ustar\u000000', 257);
  octal(
    bytes.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return bytes;
}
