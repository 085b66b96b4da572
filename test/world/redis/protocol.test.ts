import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits } from '../../../src/world/redis/glob.ts';
import { createRedis } from '../../../src/world/redis/redis.ts';
import { requestsIn } from '../../../src/world/redis/resp.ts';
import { stillWorld } from '../../support/still-world.ts';

const request = fc.array(fc.uint8Array({ maxLength: 20 }), { minLength: 1, maxLength: 6 });

function wire(parts: Uint8Array[]): Buffer {
  const bulks = parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), Buffer.from(part), Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...bulks]);
}

describe('requests', () => {
  it('are read whole, wherever the bytes were cut', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 4 }), fc.nat(), (all, cut) => {
        const bytes = Buffer.concat(all.map(wire));
        const at = cut % bytes.length;
        const first = requestsIn(bytes.subarray(0, at));
        const second = requestsIn(Buffer.concat([first.rest, bytes.subarray(at)]));
        const read = [...first.requests, ...second.requests];
        expect(read).toEqual(all.map((parts) => parts.map((part) => Buffer.from(part).toString('latin1'))));
        expect(second.rest.length).toBe(0);
      }),
    );
  });

  it('of any kind get an answer, never a crash', async () => {
    const words = fc.constantFrom(
      'SET',
      'GET',
      'LPUSH',
      'BLPOP',
      'ZADD',
      'XADD',
      'XREAD',
      'HSET',
      'MULTI',
      'EXEC',
      'SCAN',
      'EXPIRE',
      'a',
      '1',
      '-1',
      '*',
      '(2',
      'STREAMS',
      '$',
    );
    const line = fc.array(words, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
        const model = await createRedis(
          { name: 'r', kind: 'redis', hosts: [], port: 1, migrations: [], from: '' },
          stillWorld(),
        );
        const replies: Buffer[] = [];
        const peer = {
          service: 's',
          host: 'r',
          port: 1,
          send: (bytes: Uint8Array) => void replies.push(Buffer.from(bytes)),
          end: () => undefined,
        };
        const connection = model.connected(peer);
        for (const words of lines) connection.receive(wire(words.map((word) => Buffer.from(word))));
        for (const reply of replies) expect(reply.toString('latin1')).toMatch(/^[+\-:$*_,%>]/);
        connection.ended();
      }),
      { numRuns: 300 },
    );
  });

  it('that are no protocol end the connection in words', async () => {
    const model = await createRedis(
      { name: 'r', kind: 'redis', hosts: [], port: 1, migrations: [], from: '' },
      stillWorld(),
    );
    const seen: string[] = [];
    const peer = {
      service: 's',
      host: 'r',
      port: 1,
      send: (bytes: Uint8Array) => void seen.push(String(Buffer.from(bytes))),
      end: () => void seen.push('end'),
    };
    model.connected(peer).receive(Buffer.from('*999999999\r\n'));
    expect(seen).toEqual([expect.stringContaining('ERR Protocol error'), 'end']);
  });
});

describe('patterns', () => {
  it.each([
    ['user:1', 'user:*', true],
    ['user:1', 'user:?', true],
    ['user:12', 'user:?', false],
    ['b', '[a-c]', true],
    ['d', '[^a-c]', true],
    ['*', '\\*', true],
    ['x', '\\*', false],
    ['', '*', true],
  ])('%s against %s: %s', (text, pattern, expected) => {
    expect(fits(text, pattern)).toBe(expected);
  });

  it('cannot be made to run for ever', () => {
    expect(fits('a'.repeat(5_000), '*a'.repeat(50).concat('b'))).toBe(false);
  });
});
