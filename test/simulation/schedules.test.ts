import { describe, expect, it } from 'vitest';
import { rehearsal, withPackages } from './rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000 });

/** A service that runs something by a schedule and tells when it did. */
const scheduled = (schedule: string) =>
  withPackages({
    'compose.yaml': 'services: { app: { build: ., command: node main.js, ports: ["3000"] } }',
    Dockerfile: '',
    'main.js': `
      const ran = [];
      const job = () => ran.push(new Date().toISOString());
      ${schedule}
      require('node:http').createServer((_, response) => response.end(JSON.stringify(ran))).listen(3000);`,
  });

const plan = {
  world: { clock: '2026-03-01T00:00:10Z' },
  when: [{ advance: 'PT2H' }, { http: { id: 'ran', to: 'app', path: '/' } }],
  then: [{ check: 'ran.body = "[\\"2026-03-01T00:40:00.000Z\\",\\"2026-03-01T01:40:00.000Z\\"]"' }],
};

describe('jobs by a schedule', () => {
  it.each([
    ['node-cron', "require('node-cron').schedule('40 * * * *', job);"],
    ['croner', "new (require('croner').Cron)('0 40 * * * *', job);"],
  ])('of %s run when their virtual time comes, and the same each time', async (_, schedule) => {
    const tree = scheduled(schedule);
    const first = await simulate(tree, plan);
    expect(first.verdict).toMatchObject({ outcome: 'holds' });
    expect((await simulate(tree, plan)).trace.hash).toBe(first.trace.hash);
  });
});
