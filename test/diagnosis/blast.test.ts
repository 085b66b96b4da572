import { expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { blastRadius } from '../../src/diagnosis/blast/measure.ts';
import { blastGroups, uncoveredSentence } from '../../src/diagnosis/blast/told.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { type Plan, parsePlan } from '../../src/simulation/plan.ts';
import { rehearsal } from '../simulation/rehearsal.ts';
import { makeHistory, temporaryFolder } from '../support/made-history.ts';

const { simulator } = rehearsal();

const main = (price: string) => `
const http = require('node:http');
const { quote } = require('./quote.js');
const routes = {
  '/quotes': (request, response) => response.end(JSON.stringify({ price: quote(10) })),
  '/orders': (request, response) => response.end(JSON.stringify({ total: quote(20) + 1 })),
  '/health': (request, response) => response.end('{}'),
};
http.createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  routes[request.url](request, response);
}).listen(Number(process.env.PORT));
// ${price}
`;
const quote = (factor: string) => `
const currency = () => process.env.CURRENCY ?? 'EUR';
exports.quote = function quote(amount) {
  const sign = currency() === 'EUR' ? 1 : 2;
  return amount * ${factor} * sign;
};
exports.report = () => exports.quote(1) + 1;
`;
const shop = (factor: string) => ({
  'compose.yaml': 'services:\n  shop:\n    build: .\n    ports: ["4000:4000"]\n    environment: { PORT: "4000" }\n',
  'package.json': '{ "name": "shop", "scripts": { "start": "node main.js" } }\n',
  'main.js': main(''),
  'quote.js': quote(factor),
  'unused.js': "const { report } = require('./quote.js');\nexports.nightly = () => report();\n",
});

const get = (path: string, check: string): Plan =>
  parsePlan({ plan: 1, when: [{ http: { id: 'r', to: 'shop', path } }], then: [{ check }] });

it('names the scenarios, routes, keys and customers that ran through it, and apart from them what no scenario covers', async () => {
  const { folder } = makeHistory([{ files: shop('2') }, { files: { 'quote.js': quote('3') } }]);
  const mirror = await openMirror({ source: folder, cacheFolder: temporaryFolder('cache') });
  const plan = get('/quotes', 'r.body.price = 20');
  const cause = await diagnose({ mirror, simulator, plan, bad: 'main' });
  if (!('commit' in cause)) throw new Error(cause.reason);
  const blast = await blastRadius({
    mirror,
    simulator,
    head: 'main',
    cause,
    own: { title: 'quotes', plan, tags: ['customer:Nordlicht', 'workflow:quoting'] },
    others: [
      {
        id: 'o',
        title: 'orders',
        plan: get('/orders', 'r.body.total = 61'),
        tags: ['customer:Nordlicht', 'metric:revenue'],
      },
      { id: 'h', title: 'health', plan: get('/health', 'r.status = 200'), tags: ['customer:Other'] },
    ],
    fragile: [{ id: 'o', title: 'orders', commits: 2, lastAt: '2026-01-01T00:00:00.000Z' }],
  });
  expect(blast.code).toMatchObject([{ name: 'quote', file: 'quote.js', line: 3 }]);
  expect(blast.scenarios.map(({ title, outcome, calls }) => [title, outcome, calls])).toEqual([
    ['quotes', 'violated', 1],
    ['orders', 'holds', 1],
  ]);
  expect(blast.routes.map(({ name }) => name)).toEqual(['GET shop/orders', 'GET shop/quotes']);
  expect(blast.settings).toMatchObject([{ name: 'CURRENCY', scenarios: 2 }]);
  expect(blast.customers).toEqual([{ name: 'Nordlicht', scenarios: 2, calls: 2 }]);
  expect(blast.metrics).toMatchObject([{ name: 'revenue' }]);
  expect(blast.looked).toEqual({ at: 3, leftOut: 0 });
  expect(blast.uncovered.functions.map(({ name }) => name).sort()).toEqual(['nightly', 'report']);
  expect(uncoveredSentence(blast)).toContain('run in none of the 3 scenarios looked at: 2 functions');
  expect(blastGroups(blast).map(({ title }) => title)).toEqual([
    'Scenarios',
    'Customers',
    'Workflows',
    'Metrics',
    'Routes',
    'Configuration keys',
    'Violated together before',
  ]);
}, 60_000);
