import { describe, expect, it } from 'vitest';
import { discover } from '../../src/world/discover.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();

const entry = (method: string, path: string, answer: object, sent?: string) => ({
  request: { method, url: `https://api.rates.example${path}`, ...(sent ? { postData: { text: sent } } : {}) },
  response: {
    status: 200,
    headers: [
      { name: 'Content-Encoding', value: 'gzip' },
      { name: 'X-Page', value: '1' },
    ],
    content: { text: JSON.stringify(answer) },
  },
});
const har = {
  log: {
    entries: [
      entry('GET', '/rates?of=EUR', { rate: 1 }),
      entry('GET', '/rates?of=EUR', { rate: 2 }),
      entry('GET', '/rates?from=EUR&to=USD', { rate: 3 }),
      entry('POST', '/orders', { id: 'small' }, '{"amount": 1}'),
      entry('POST', '/orders', { id: 'large' }, '{"amount": 9, "of": "x"}'),
    ],
  },
};
const files = (recorded: string | object) => ({
  'rehearse.yaml': 'recordings: [fixtures/rates.har]\n',
  'fixtures/rates.har': recorded,
  'compose.yaml': 'services:\n  web:\n    build: web\n    ports: ["4000:4000"]\n',
  'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
  'web/main.js': `
    require('node:http').createServer(async (request, response) => {
      const get = async () => (await (await fetch('https://api.rates.example/rates?of=EUR')).json()).rate;
      const rates = [await get(), await get(), await get()];
      const swapped = (await (await fetch('https://api.rates.example/rates?to=USD&from=EUR')).json()).rate;
      const body = JSON.stringify({ of: 'x', amount: 9 });
      const order = await fetch('https://api.rates.example' + request.url, { method: 'POST', body });
      response.end(JSON.stringify({ rates, swapped, order: (await order.json()).id, page: order.headers.get('x-page') }));
    }).listen(4000);`,
});
const asking = (path: string) =>
  simulate(written(files(har)), {
    when: [{ http: { id: 'a', to: 'web', path } }],
    then: [{ check: 'a.status = 200' }],
  });

describe('an API of which exchanges were recorded', () => {
  it('answers by method, address and body, in the order that was recorded', async () => {
    const { verdict, results, trace } = await asking('/orders');
    expect(verdict.outcome).toBe('holds');
    expect(JSON.stringify(results.a)).toContain('[1,2,2]');
    expect(JSON.stringify(results.a)).toContain('large');
    expect(JSON.stringify(results.a)).toContain('swapped\\":3');
    expect(trace.events.map(({ what }) => what)).toContain('as recorded in fixtures/rates.har, entry 5');
  });

  it('leaves the verdict unknown for what was not recorded', async () => {
    const { verdict } = await asking('/refunds');
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringContaining('POST api.rates.example/refunds'),
    });
  });

  it.each(['{', { log: 1 }])('is refused with the name of its file where that is no HAR file', async (recorded) => {
    await expect(discover(written(files(recorded)))).rejects.toMatchObject({ code: 'WORLD_INVALID' });
  });
});
