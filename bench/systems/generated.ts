import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tree } from '../../src/codebase/tree.ts';

const packages = path.resolve(import.meta.dirname, '../../node_modules');

/** Three services as teams have them: Express in front, one that keeps rows in Postgres, one that counts in Redis. */
export function threeServices(folder: string): Tree {
  return written(folder, {
    'compose.yaml': compose([
      {
        name: 'front',
        needs: ['orders', 'stock'],
        settings: { ORDERS: 'http://orders:7001', STOCK: 'http://stock:7002' },
      },
      { name: 'orders', needs: ['postgres'], settings: { DATABASE_URL: 'postgres://app:app@postgres:5432/app' } },
      { name: 'stock', needs: ['redis'], settings: { REDIS_URL: 'redis://redis:6379' } },
    ]),
    'db/migrations/0001-orders.sql': orders,
    ...service(
      'front',
      `import express from 'express';
const app = express();
app.use(express.json());
app.post('/orders', async (request, response) => {
  const taken = await fetch(process.env.STOCK + '/take/' + request.body.item, { method: 'POST' });
  if (!taken.ok) return response.status(409).json({ left: 0 });
  const placed = await fetch(process.env.ORDERS + '/place/' + request.body.item, { method: 'POST' });
  response.status(201).json({ ...(await placed.json()), ...(await taken.json()) });
});
app.get('/health', (_, response) => response.json({ up: true }));
app.listen(process.env.PORT);
`,
    ),
    ...service('orders', `${withPostgres}${server('async (url) => place(url)')}`),
    ...service('stock', `${withRedis}${server('async (url) => count(url)')}`),
  });
}

/**
 * Many services, each of which asks the two below it, down to the leaves; every third keeps rows in Postgres, every
 * third counts in Redis.
 */
export function manyServices(folder: string, count: number): Tree {
  const names = Array.from({ length: count }, (_, at) => `s${at}`);
  const below = (at: number) => [2 * at + 1, 2 * at + 2].filter((one) => one < count);
  const store = (at: number) => (['postgres', 'redis', undefined] as const)[at % 3];
  return written(folder, {
    'compose.yaml': compose(
      names.map((name, at) => ({
        name,
        needs: [...below(at).map((one) => `s${one}`), ...[store(at) ?? []].flat()],
        settings: {
          BELOW: below(at)
            .map((one) => `http://s${one}:${7000 + one}`)
            .join(','),
          LIMIT: '10',
          ...(store(at) === 'postgres' ? { DATABASE_URL: 'postgres://app:app@postgres:5432/app' } : {}),
          ...(store(at) === 'redis' ? { REDIS_URL: 'redis://redis:6379' } : {}),
        },
      })),
    ),
    'db/migrations/0001-orders.sql': orders,
    ...Object.assign(
      {},
      ...names.map((name, at) => {
        const kept = { postgres: withPostgres, redis: withRedis, none: '' }[store(at) ?? 'none'];
        const own = { postgres: 'await place(url);', redis: 'await count(url);', none: '' }[store(at) ?? 'none'];
        return service(
          name,
          `${kept}${server(`async (url) => {
  const limit = Number(process.env.LIMIT);
  ${own}
  const answers = [];
  for (const one of process.env.BELOW.split(',').filter(Boolean).slice(0, limit)) {
    const answer = await fetch(one + url, { method: 'POST' });
    answers.push(await answer.json());
  }
  return { reached: 1 + answers.reduce((sum, { reached }) => sum + reached, 0) };
}`)}`,
        );
      }),
    ),
  });
}

const orders =
  'create table orders (id serial primary key, item text not null, at timestamptz not null default now());\n';

const withPostgres = `import pg from 'pg';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
async function place(url) {
  const { rows } = await pool.query('insert into orders (item) values ($1) returning id, item', [url]);
  return rows[0];
}
`;

const withRedis = `import { Redis } from 'ioredis';
const redis = new Redis(process.env.REDIS_URL, { lazyConnect: true });
async function count(url) {
  return { taken: await redis.incr('taken:' + url) };
}
`;

function server(work: string): string {
  return `import http from 'node:http';
const work = ${work};
http.createServer(async (request, response) => {
  const answer = await work(request.url);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answer));
}).listen(process.env.PORT);
`;
}

function service(name: string, main: string): Record<string, string> {
  return {
    [`services/${name}/package.json`]: JSON.stringify({ name, type: 'module', scripts: { start: 'node main.js' } }),
    [`services/${name}/main.js`]: main,
  };
}

interface Described {
  name: string;
  needs: string[];
  settings: Record<string, string>;
}

function compose(services: Described[]): string {
  const parts = services.map(({ name, needs, settings }, at) => [
    `  ${name}:`,
    `    build: services/${name}`,
    `    ports: ["${7000 + at}:${7000 + at}"]`,
    `    depends_on: [${needs.join(', ')}]`,
    `    environment: ${JSON.stringify({ PORT: String(7000 + at), ...settings })}`,
  ]);
  return [
    'services:',
    ...parts.flat(),
    '  postgres:',
    '    image: postgres:18',
    '    environment: { POSTGRES_USER: app, POSTGRES_PASSWORD: app, POSTGRES_DB: app }',
    '  redis: { image: "redis:8" }',
    '',
  ].join('\n');
}

/** Writes a tree whose packages are those of this repository. */
function written(folder: string, files: Record<string, string>): Tree {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  symlinkSync(packages, path.join(folder, 'node_modules'));
  return { id: path.basename(folder), path: folder, dependencies: [packages] };
}
