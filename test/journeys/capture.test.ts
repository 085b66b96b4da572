import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../src/local/slack/local-slack.ts';
import { openTestDatabase } from '../support/database.ts';
import {
  openWorkspace,
  optionsOf,
  repliesIn,
  settledReply,
  startProduct,
  sumThread,
  wordsOf,
} from '../support/product.ts';
import { brokenLibrary, makeRepository } from '../support/repository.ts';

describe('an incident thread becomes a scenario', () => {
  const stack = new AsyncDisposableStack();
  let slack: LocalSlack;

  beforeAll(async () => {
    const repository = stack.use(makeRepository(brokenLibrary()));
    const database = stack.use(await openTestDatabase());
    slack = stack.use(await openWorkspace());
    stack.use(await startProduct({ databaseUrl: database.url, repository: repository.path, slack: optionsOf(slack) }));
  });
  afterAll(() => stack.disposeAsync());

  const begin = () => {
    const [root] = slack.seed('incidents', sumThread);
    if (!root) throw new Error('nothing was seeded');
    return root.ts;
  };

  it('answers the shortcut with verdict, root cause to the line, the author’s reason and a verified fix, in one message', async () => {
    const thread = begin();
    await slack.as('maya').shortcut('turn_into_scenario', thread);
    const reply = await settledReply(slack, 'incidents', thread);
    const words = wordsOf(reply);
    expect(words).toContain('*Violated*');
    expect(words).toContain('sum.js:5');
    expect(words).toContain('Start counting from one');
    expect(words).toContain('The report of last week was short by one.');
    expect(words).toContain('*Fix, verified*');
    expect(words).toContain('drafted by rules, no model');
    expect(words).not.toContain('README.md');
    expect(repliesIn(slack, 'incidents', thread)).toHaveLength(1);
  });

  it('keeps the scenario on a button, and offers it when another thread says the same', async () => {
    const thread = begin();
    await slack.as('maya').post('incidents', '@rehearse remember this', thread);
    const reply = await settledReply(slack, 'incidents', thread);
    await slack.as('omar').pressButton(reply.ts, 'scenario_keep');
    await slack.waitFor(
      () =>
        wordsOf(reply).includes('Kept.') ||
        wordsOf(slack.messages('incidents', thread).find(({ ts }) => ts === reply.ts) ?? reply).includes('Kept.'),
    );
    const again = begin();
    await slack.as('lena').shortcut('turn_into_scenario', again);
    const offered = await settledReply(slack, 'incidents', again);
    expect(offered.metadata?.event_payload.gist).toBe('offered');
    await slack.as('lena').pressButton(offered.ts, 'scenario_as_new');
    const simulated = await settledReply(slack, 'incidents', again, ['violated']);
    expect(wordsOf(simulated)).toContain('of 1 other kept scenario simulated again 1 mended too');
  });

  it('lets a person edit the plan in a modal, and says at the field what does not parse', async () => {
    const thread = begin();
    await slack.as('jun').shortcut('turn_into_scenario', thread);
    const offered = await settledReply(slack, 'incidents', thread);
    await slack.as('jun').pressButton(offered.ts, 'scenario_edit');
    const modal = await slack.waitFor(() => slack.as('jun').modal);
    const wrong = await slack.as('jun').submitView(modal.id, { then: '- chek: p.value = 7' });
    expect(wrong.errors?.then).toMatch(/then/);
    await slack.as('jun').submitView(modal.id, { then: '- check: p.value = 7' });
    const reply = await settledReply(slack, 'incidents', thread, ['holds', 'violated', 'unknown']);
    expect(wordsOf(reply)).toContain('p.value = 7');
  });

  it('asks one question when the thread is in plain words only, and goes on when it is answered', async () => {
    const [root] = slack.seed('incidents', [
      { user: 'lena', text: 'customers say the totals are wrong, can somebody look?', minutesAgo: 5 },
    ]);
    if (!root) throw new Error('nothing was seeded');
    await slack.as('lena').shortcut('turn_into_scenario', root.ts);
    const asked = await settledReply(slack, 'incidents', root.ts);
    expect(asked.metadata?.event_payload.gist).toBe('asked');
    await slack.as('omar').post('incidents', sumThread[1]?.text ?? '', root.ts);
    const reply = await settledReply(slack, 'incidents', root.ts, ['violated', 'offered']);
    expect(reply.ts).toBe(asked.ts);
  });
});
