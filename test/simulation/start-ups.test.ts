import { describe, expect, it } from 'vitest';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();
const fresh = rehearsal({ mostReady: 0, mostOriginals: 0 });

const service = (name: string, port: number, body: string) => ({
  [`services/${name}/package.json`]: { name, scripts: { start: 'node main.js' } },
  [`services/${name}/main.js`]: body.replace('PORT', String(port)),
});

const server = `
  const http = require('node:http');
  let asked = 0;
  console.log('begins', process.env.COLOUR, Math.random());
  http.createServer((request, response) => {
    asked += 1;
    if (request.url === '/other') return void http.get('http://quiet:4001/', (answer) => {
      answer.setEncoding('utf8').on('data', (text) => response.end('other ' + text));
    });
    response.end(JSON.stringify({ asked, chance: Math.random() }));
  }).listen(PORT);
`;
const ticking = `
  const http = require('node:http');
  let ticks = 0;
  setInterval(() => { ticks += 1; console.log('tick', ticks); }, 300);
  http.createServer((_, response) => response.end(String(ticks))).listen(PORT);
`;

const system = () =>
  written({
    'compose.yaml': `
services:
  front: { build: services/front, ports: ["4000:4000"], depends_on: [quiet] }
  quiet: { build: services/quiet, ports: ["4001:4001"] }
  clock: { build: services/clock, ports: ["4002:4002"] }
`,
    ...service('front', 4000, server),
    ...service('quiet', 4001, server),
    ...service('clock', 4002, ticking),
  });

const plans: [string, object][] = [
  [
    'asks one service',
    { when: [{ http: { id: 'a', to: 'front', path: '/' } }], then: [{ check: '$contains(a.body, "asked")' }] },
  ],
  [
    'asks a service that asks another',
    { when: [{ http: { id: 'a', to: 'front', path: '/other' } }], then: [{ check: 'a.status = 200' }] },
  ],
  [
    'lets time pass',
    {
      when: [{ advance: 'PT1S' }, { http: { id: 'a', to: 'clock', path: '/' } }],
      then: [{ check: '$string(a.body) = "3"' }],
    },
  ],
  [
    'changes the settings of a service',
    {
      world: { env: { quiet: { COLOUR: 'green' } } },
      when: [{ http: { id: 'a', to: 'front', path: '/other' } }],
      then: [{ check: 'a.status = 200' }],
    },
  ],
];

describe('a service whose start-up is known', () => {
  it('gives the trace that a first run gives, whatever the plan asks of it', async () => {
    const tree = system();
    const seen: Record<string, unknown[]> = {};
    for (const round of [1, 2, 3]) {
      for (const [name, plan] of plans) {
        const { verdict, trace } = await simulate(tree, plan);
        expect(verdict, `${name}, round ${round}`).toMatchObject({ outcome: 'holds' });
        seen[name] = [...(seen[name] ?? []), trace.hash];
      }
    }
    for (const [name, plan] of plans) {
      const { trace } = await fresh.simulate(system(), plan);
      expect(seen[name], name).toEqual([trace.hash, trace.hash, trace.hash]);
    }
  });

  it('says what it printed last when it ends without another word', async () => {
    const tree = written({
      'compose.yaml': 'services:\n  front: { build: services/front, ports: ["4000:4000"] }\n',
      ...service('front', 4000, 'process.stderr.write("the setting PRICES is missing"); process.exit(2);'),
    });
    const { verdict } = await simulate(tree, { when: [{ http: { id: 'a', to: 'front', path: '/' } }] });
    expect(verdict).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('PRICES is missing') });
  });
});
