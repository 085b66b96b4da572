import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asDelivered } from '../../src/local/slack/typed-text.ts';
import { acme } from '../../src/local/slack/workspace.ts';

const team = acme();

it.each([
  ['a & b < c > d', 'a &amp; b &lt; c &gt; d'],
  ['hi @maya, see #billing', 'hi <@U0MAYA>, see <#C0BILLING|billing>'],
  ['@nobody and #nowhere', '@nobody and #nowhere'],
  ['ask @channel', 'ask <!channel>'],
  ['see https://x.example/a?b=1&c=2.', 'see <https://x.example/a?b=1&amp;c=2>.'],
  ['(https://x.example/a)', '(<https://x.example/a>)'],
  ['mail me@x.example now', 'mail <mailto:me@x.example|me@x.example> now'],
  ['read README.md', 'read <http://README.md|README.md>'],
  ['in proration.ts:12', 'in proration.ts:12'],
  ['`@maya < x`', '`@maya &lt; x`'],
  ['```curl https://x.example/a -d \'{"a":1}\'```', '```curl <https://x.example/a> -d \'{"a":1}\'```'],
  ['<@U0MAYA> <!everyone>', '&lt;@U0MAYA&gt; &lt;!everyone&gt;'],
])('%s is delivered as %s', (typed, delivered) => {
  expect(asDelivered(typed, team)).toBe(delivered);
});

it('nothing typed can forge a link, a mention or a broadcast by angle brackets', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !/[@#.:`]/.test(text)),
      (typed) => {
        expect(asDelivered(typed, team)).not.toMatch(/[<>]/);
      },
    ),
  );
});
