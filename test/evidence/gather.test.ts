import { describe, expect, it } from 'vitest';
import { gather, type Message } from '../../src/evidence/gather.ts';

const channel = { name: 'incidents', kind: 'private' } as const;
const thread = (...texts: string[]): Message[] =>
  texts.map((text, index) => ({
    user: 'U1',
    ts: `${1763600000 + index}.001119`,
    text,
    permalink: `https://x/p${index}`,
  }));
const textOf = async (...texts: string[]) =>
  (await gather(thread(...texts), { channel })).quotes.map(({ text }) => text);

describe('gather', () => {
  const decoded: [name: string, mrkdwn: string, plain: string][] = [
    ['entities, once', '```&gt; f(&amp;amp;)```', '```> f(&amp;)```'],
    ['mentions as ids, never names', 'ask <@U06|ada> in <#C1|platform> <!here>', 'ask @U06 in #platform @here'],
    ['links that Slack made', 'curl <http://localhost:4001/x|localhost:4001/x>', 'curl localhost:4001/x'],
    ['labels with their address', '<https://ci.example.com/runs/1|run 1>', 'run 1 (https://ci.example.com/runs/1)'],
    ['code that looks like a tag', '`Map&lt;string, number&gt;`', '`Map<string, number>`'],
  ];
  it.each(decoded)('reads %s', async (_, mrkdwn, plain) => {
    expect(await textOf(mrkdwn)).toEqual([plain]);
  });

  it('keeps author, time, permalink and visibility', async () => {
    const evidence = await gather(thread('hello'), { channel });
    expect(evidence).toEqual({
      source: 'slack',
      quotes: [{ author: 'U1', at: '2025-11-20T00:53:20.001Z', text: 'hello', permalink: 'https://x/p0' }],
      visibility: { kind: 'private', channel: 'incidents', name: 'incidents' },
      redactions: 0,
    });
  });

  it('makes no quote of an empty thread', async () => {
    expect((await gather([], { channel })).quotes).toEqual([]);
    expect((await gather(thread(' \n'), { channel })).quotes).toEqual([]);
  });

  it('calls a person in a file by a number', async () => {
    const evidence = await gather([{ user: 'Ada L.', ts: '0', text: 'hi' }], { channel, source: 'file' });
    expect(evidence.quotes[0]?.author).toBe('author1');
  });

  it('reads a paste of five megabytes in bounded work and says what was cut', async () => {
    const evidence = await gather(thread(`start ${'2026-01-01 INFO tick 42\n'.repeat(210_000)} end`), { channel });
    expect(evidence.quotes[0]?.text.length).toBeLessThan(61_000);
    expect(evidence.quotes[0]?.text).toMatch(/^start[\s\S]*end$/);
    expect(evidence.cut).toMatch(/^Not read: \d+ characters of long messages\.$/);
  });

  it('reads a thousand messages and says that there were more', async () => {
    const evidence = await gather(thread(...Array.from({ length: 1_005 }, (_, index) => `message ${index}`)), {
      channel,
    });
    expect(evidence.quotes).toHaveLength(1_000);
    expect(evidence.cut).toBe('Not read: 5 messages beyond the first 1000.');
  });
});
