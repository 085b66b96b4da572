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

const sum = `'use strict';

module.exports = function sum(numbers) {
  let total = process.env.SUM_START === 'zero' ? 0 : 1;
  for (const number of numbers) {
    total += number;
  }
  return total;
};
`;

describe('what if', () => {
  const stack = new AsyncDisposableStack();
  let slack: LocalSlack;

  beforeAll(async () => {
    const changes = [...brokenLibrary(), { subject: 'Let the start be chosen', files: { 'sum.js': sum } }];
    const repository = stack.use(makeRepository(changes));
    const database = stack.use(await openTestDatabase());
    slack = stack.use(await openWorkspace());
    stack.use(await startProduct({ databaseUrl: database.url, repository: repository.path, slack: optionsOf(slack) }));
  });
  afterAll(() => stack.disposeAsync());

  it('answers a button under the report with what each setting that was read comes to, in a reply of its own', async () => {
    const [root] = slack.seed('incidents', sumThread);
    const thread = String(root?.ts);
    await slack.as('maya').post('incidents', '@rehearse remember this', thread);
    const report = await settledReply(slack, 'incidents', thread);
    await slack.as('omar').pressButton(report.ts, 'scenario_what_if');
    const replies = () => repliesIn(slack, 'incidents', thread).filter(({ ts }) => ts !== report.ts);
    await slack.waitFor(() => replies().some((one) => wordsOf(one).includes('as it is')));
    const [answer, ...others] = replies();
    const words = answer ? wordsOf(answer) : '';
    expect(others).toEqual([]);
    expect(words).toMatch(/as it is +violated/);
    expect(words).toMatch(/SUM_START of call = zero +holds/);
    expect(words).toContain('trace ');
  });
});
