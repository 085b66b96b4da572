import { describe, expect, it } from 'vitest';
import { threadFrom } from '../../../src/adapters/cli/thread-file.ts';

describe('a thread from a file', () => {
  it('is read from JSON as Slack delivers it', () => {
    const { messages, channel } = threadFrom(
      '{"channel":{"name":"ops","private":true},"messages":[{"user":"U1","ts":"1.5","text":"a &gt; b"}]}',
    );
    expect(messages).toEqual([{ user: 'U1', ts: '1.5', text: 'a &gt; b' }]);
    expect(channel).toEqual({ name: 'ops', kind: 'private' });
  });

  it('is read from plain text as one message, encoded as Slack would', () => {
    expect(threadFrom('f(1) > 2 & <b>').messages).toEqual([
      { user: 'unknown', ts: '0.000000', text: 'f(1) &gt; 2 &amp; &lt;b&gt;' },
    ]);
  });

  it('is read from a bare list of messages; a log that begins with a bracket stays text', () => {
    expect(threadFrom('[{"user":"U1","ts":"1.5","text":"hm"}]').messages).toEqual([
      { user: 'U1', ts: '1.5', text: 'hm' },
    ]);
    for (const log of ['[12:00:01] it broke', '[{"level":"error"}]', '[{ not json'])
      expect(threadFrom(log).messages).toMatchObject([{ text: log }]);
  });

  it('that begins like JSON and is none is refused with a sentence', () => {
    expect(() => threadFrom('{ broken')).toThrow(/The thread could not be read/);
    expect(() => threadFrom('{"messages":[{"text":1}]}')).toThrow(/messages\.0\.text/);
  });
});
