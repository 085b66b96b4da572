import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CrashOrder } from '../support/crashing.ts';
import { openTestDatabase, serverUrl } from '../support/database.ts';
import { openWorkspace, optionsOf, repliesIn, settledReply, sumThread, wordsOf } from '../support/product.ts';
import { brokenLibrary, makeRepository } from '../support/repository.ts';

const crashing = path.resolve(import.meta.dirname, '../support/crashing.ts');

describe.runIf(serverUrl)('killed at any point, the answer comes late and once (server)', () => {
  for (const die of ['before', 'after'] as const) {
    it(`at every node boundary, ${die} it is written down`, { timeout: 400_000 }, async () => {
      using repository = makeRepository(brokenLibrary());
      await using database = await openTestDatabase();
      await using slack = await openWorkspace({ ackTimeoutMs: 3_000, retryDelaysMs: [500, 1_000, 2_000] });
      const [root] = slack.seed('incidents', sumThread);
      if (!root) throw new Error('nothing was seeded');
      const { botToken, appToken = '', apiUrl } = optionsOf(slack);
      const order = {
        databaseUrl: database.url,
        repository: repository.path,
        slack: { botToken, appToken, apiUrl, port: 0 },
      };

      let deaths = 0;
      // Dying before the first write each time would never get on, so such a life first lives through the boundaries already seen.
      const lives: CrashOrder['die'][] =
        die === 'after'
          ? Array(14).fill('after')
          : ([
              'before',
              ...Array(12)
                .fill(0)
                .flatMap(() => ['before', 'after']),
            ] as CrashOrder['die'][]);
      let asked = false;
      for (const next of lives) {
        const life = live({ ...order, die: next });
        if (!asked) {
          await slack.waitFor(() => slack.connections > 0, { timeoutMs: 30_000 });
          await slack
            .as('maya')
            .shortcut('turn_into_scenario', root.ts)
            .catch(() => undefined);
          asked = true;
        }
        const ended = await Promise.race([
          life.died,
          settledReply(slack, 'incidents', root.ts).then(() => 'answered' as const),
        ]);
        life.end();
        if (ended === 'answered') break;
        deaths += 1;
      }
      const last = live({ ...order, die: 'never' });
      const reply = await settledReply(slack, 'incidents', root.ts);
      last.end();
      await last.died;

      expect(deaths).toBeGreaterThanOrEqual(6);
      expect(wordsOf(reply)).toContain('*Fix, verified*');
      expect(repliesIn(slack, 'incidents', root.ts)).toHaveLength(1);
      const rows = await database.sql`select id from scenarios`;
      expect(rows).toHaveLength(1);
    });
  }
});

/** One life of the product, in a process of its own. */
function live(order: CrashOrder) {
  const child = spawn(process.execPath, [crashing, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const died = once(child, 'exit').then(() => 'died' as const);
  return { died, end: () => void child.kill('SIGKILL') };
}
