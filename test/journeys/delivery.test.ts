import { describe, expect, it } from 'vitest';
import { openTestDatabase, serverUrl } from '../support/database.ts';
import { openWorkspace, optionsOf, repliesIn, settledReply, startProduct, sumThread } from '../support/product.ts';
import { brokenLibrary, makeRepository } from '../support/repository.ts';

describe.runIf(serverUrl)('twice-delivered is once-answered (server)', () => {
  it('whatever the network does to events and answers', async () => {
    using repository = makeRepository(brokenLibrary());
    await using database = await openTestDatabase();
    await using slack = await openWorkspace({ ackTimeoutMs: 1_500, retryDelaysMs: [100, 300, 600] });
    const setting = { databaseUrl: database.url, repository: repository.path, slack: optionsOf(slack) };
    await using _one = await startProduct(setting);
    await using _two = await startProduct(setting);
    slack.faults.set({ delivery: 'duplicate' });
    slack.faults.set({ call: 'chat.postMessage', answer: 'answer-lost', times: 1 });
    slack.faults.set({ call: 'chat.update', answer: 'rate-limited', retryAfterS: 1, times: 2 });
    slack.faults.set({ call: 'conversations.replies', answer: 'server-error', times: 1 });

    const threads = Array.from({ length: 5 }, () => slack.seed('incidents', sumThread)[0]?.ts ?? '');
    await Promise.all(threads.map((thread) => slack.as('maya').post('incidents', '@rehearse remember this', thread)));
    await Promise.all(threads.map((thread) => settledReply(slack, 'incidents', thread)));

    for (const thread of threads) expect(repliesIn(slack, 'incidents', thread)).toHaveLength(1);
    const [{ count } = { count: 0 }] = await database.sql<{
      count: number;
    }>`select count(*)::int as count from scenarios`;
    expect(count).toBe(5);
  });
});
