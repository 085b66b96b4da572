import { Annotation, Command, END, interrupt, START, StateGraph } from '@langchain/langgraph';
import type { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoints } from '../../src/db/checkpoints.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { openTestDatabase, serverUrl } from '../support/database.ts';

const Walk = Annotation.Root({
  been: Annotation<string[]>({ reducer: (had, more) => [...had, ...more], default: () => [] }),
});

/** A graph of three nodes: the second fails until it is mended, the third waits for a word. */
function walk(checkpointer: PostgresSaver, visits: string[], broken: { yes: boolean }) {
  return new StateGraph(Walk)
    .addNode('first', async () => {
      visits.push('first');
      return { been: ['first'] };
    })
    .addNode('second', async () => {
      visits.push('second');
      if (broken.yes) throw new Error('cut off');
      return { been: ['second'] };
    })
    .addNode('third', async () => ({ been: [`third: ${interrupt('well?')}`] }))
    .addEdge(START, 'first')
    .addEdge('first', 'second')
    .addEdge('second', 'third')
    .addEdge('third', END)
    .compile({ checkpointer });
}

let database: Database & { url: string };
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => await database[Symbol.asyncDispose]());

describe('checkpoints', () => {
  it('let a graph go on where it was cut off, and wait for a word, over the same pool', async () => {
    const visits: string[] = [];
    const broken = { yes: true };
    const config = { configurable: { thread_id: 'one' }, durability: 'sync' as const };
    const cut = walk(await openCheckpoints(database), visits, broken).invoke({ been: [] }, config);
    await expect(cut).rejects.toThrow('cut off');

    broken.yes = false;
    const again = walk(await openCheckpoints(database), visits, broken);
    await again.invoke(null, config);
    expect((await again.getState(config)).next).toEqual(['third']);
    const done = await again.invoke(new Command({ resume: 'go on' }), config);
    expect(done.been).toEqual(['first', 'second', 'third: go on']);
    expect(visits).toEqual(['first', 'second', 'second']);
  });

  it('keep many threads apart at once', async () => {
    const graph = walk(await openCheckpoints(database), [], { yes: false });
    const runs = Array.from({ length: 10 }, async (_, index) => {
      const config = { configurable: { thread_id: `many-${index}` }, durability: 'sync' as const };
      await graph.invoke({ been: [`start ${index}`] }, config);
      return (await graph.getState(config)).values.been;
    });
    expect(await Promise.all(runs)).toEqual(
      Array.from({ length: 10 }, (_, index) => [`start ${index}`, 'first', 'second']),
    );
  });

  describe.runIf(serverUrl)('(server)', () => {
    it('are set up once when many processes start at the same time', async () => {
      await using fresh = await openTestDatabase();
      const pools = await Promise.all(Array.from({ length: 5 }, () => openDatabase({ url: fresh.url, poolSize: 2 })));
      await Promise.all(pools.map(openCheckpoints));
      expect(
        await fresh.sql`select count(distinct v) = count(*) as once from checkpoints.checkpoint_migrations`,
      ).toEqual([{ once: true }]);
      for (const pool of pools) await pool[Symbol.asyncDispose]();
    });
  });
});
