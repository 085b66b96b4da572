import { once } from 'node:events';
import http2 from 'node:http2';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDirection } from '../../../src/world/http2/direction.ts';
import { blockOf, fieldsOf } from '../../../src/world/http2/header-block.ts';
import { type Field, headerTable } from '../../../src/world/http2/header-table.ts';

/** Two ends of a wire: what is written to one is read from the other, and heard on the way. */
function wire(hear: (bytes: Buffer) => void): [Duplex, Duplex] {
  const end = (other: () => Duplex, heard: (bytes: Buffer) => void): Duplex =>
    new Duplex({
      read: () => undefined,
      write(bytes, _, done) {
        heard(bytes);
        other().push(bytes);
        done();
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const client: Duplex = end(() => server, hear);
  const server: Duplex = end(
    () => client,
    () => undefined,
  );
  return [client, server];
}

const everyByte = Array.from({ length: 223 }, (_, at) => String.fromCharCode(at + 33))
  .filter((one) => one !== '\x7f')
  .join('');

describe('headers of HTTP/2', () => {
  it('are read as Node’s own client writes them, packed and spoken of again', async () => {
    const seen: Field[][] = [];
    let skip = 24;
    const direction = readDirection({
      said: ({ fields }) => fields && seen.push(fields),
      other: () => undefined,
      tableSize: () => undefined,
    });
    const [near, far] = wire((bytes) => {
      const from = Math.min(skip, bytes.length);
      skip -= from;
      direction.receive(bytes.subarray(from));
    });
    const session = http2.performServerHandshake(far);
    session.on('stream', (stream) => {
      stream.respond({ ':status': 200 });
      stream.end();
    });
    const client = http2.connect('http://there:80', { createConnection: () => near });
    const sent: http2.OutgoingHttpHeaders[] = [
      { ':path': '/a', 'x-every': everyByte, 'x-long': 'long '.repeat(2_000), cookie: ['a=1', 'b=2'] },
      { ':path': '/a', 'x-every': everyByte, authorization: 'Bearer secret' },
      ...Array.from({ length: 60 }, (_, at) => ({
        ':path': `/${at}`,
        [`x-${at}`]: 'v'.repeat(at * 7),
        'x-every': 'all',
      })),
    ];
    for (const headers of sent) {
      const stream = client.request(headers);
      stream.resume();
      await once(stream, 'close');
    }
    client.close();
    session.close();
    const expected = sent.map((headers) => {
      const { ':path': path, cookie, ...rest } = headers;
      return [
        [':method', 'GET'],
        [':authority', 'there:80'],
        [':scheme', 'http'],
        [':path', path],
        ...Object.entries(rest),
        ...(cookie
          ? [
              ['cookie', 'a=1'],
              ['cookie', 'b=2'],
            ]
          : []),
      ]
        .map(String)
        .sort();
    });
    expect(seen.map((fields) => fields.map(String).sort())).toEqual(expected);
  });

  it('say the same when they are written in full', () => {
    const text = fc.string({
      unit: fc.integer({ min: 33, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 400,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 20 }), (fields) => {
        expect(fieldsOf(blockOf(fields), headerTable())).toEqual(fields);
      }),
    );
  });

  it('that are no headers are refused, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          fieldsOf(Buffer.from(bytes), headerTable());
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Error);
          expect(Object(thrown).name).toBe('Error');
        }
      }),
    );
  });

  it('that stand for more than anybody sends in a few bytes are refused', () => {
    const table = headerTable();
    fieldsOf(
      Buffer.concat([Buffer.from([0x40, 1, 97, 0x7f, 0x81, 0x1e]), Buffer.alloc(4_000, 97)]).subarray(0, 6 + 3_968),
      table,
    );
    expect(() => fieldsOf(Buffer.alloc(1_000, 0x80 | 62), table)).toThrow('headers without end');
  });
});
