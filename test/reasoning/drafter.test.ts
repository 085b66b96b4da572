import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Material } from '../../src/reasoning/draft.ts';
import { createDrafter } from '../../src/reasoning/drafter.ts';
import { material } from '../support/thread-material.ts';

const providers = [
  ['openai:gpt-test', '/v1'],
  ['anthropic:claude-test', ''],
] as const;

const plan = {
  plan: 1,
  when: [{ call: { id: 'p', module: 'src/ladder.js', export: 'rung', args: [3] } }],
  then: [{ check: 'p.value = "third"' }],
};
const answer = {
  title: 'rung(3) is the third',
  narrative: 'It gave "3rd".',
  tags: [],
  plan: JSON.stringify(plan),
  missing: null,
};
const log = { warn: () => undefined };

describe.each(providers)('a draft by %s', (name, base) => {
  let mock: LLMock;
  beforeAll(async () => {
    mock = await LLMock.create({ port: 0 });
  });
  afterEach(() => {
    mock.clearFixtures();
    mock.clearChaos();
    mock.clearRequests();
  });
  afterAll(() => mock.stop());
  const drafter = (timeoutMs = 5_000) =>
    createDrafter({ model: { name, baseUrl: `${mock.url}${base}`, apiKey: 'key', timeoutMs, retries: 0 }, log });
  const answers = (...contents: unknown[]) => {
    let turn = 0;
    mock.on({}, () => {
      const content = contents[Math.min(turn++, contents.length - 1)];
      return { content: typeof content === 'string' ? content : JSON.stringify(content) };
    });
  };

  it('is the model’s, when its plan parses and runs, and says so', async () => {
    answers(answer);
    const draft = await drafter().draft(thread());
    expect(draft).toMatchObject({ title: answer.title, maker: { kind: 'model', name } });
    expect(draft.plan?.then).toEqual(plan.then);
  });

  it('is asked for once more with the reason, when it has another form', async () => {
    answers({ ...answer, title: 3 }, answer);
    expect((await drafter().draft(thread())).maker).toEqual({ kind: 'model', name });
    expect(JSON.stringify(mock.getLastRequest())).toContain('not of the form asked for: title');
  });

  it('is asked for once more, when its plan names what is not there', async () => {
    const elsewhere = { ...plan, when: [{ call: { id: 'p', module: 'src/nowhere.js', args: [] } }] };
    answers({ ...answer, plan: JSON.stringify(elsewhere) }, answer);
    expect((await drafter().draft(thread())).maker).toEqual({ kind: 'model', name });
    expect(JSON.stringify(mock.getLastRequest())).toContain('cannot be run here');
  });

  it('asks its own question, when neither it nor the rules find a plan', async () => {
    const missing = { sentence: 'No call is named.', question: 'Which call?' };
    answers({ ...answer, plan: null, missing });
    const draft = await drafter().draft(thread('it is all broken'));
    expect(draft).toMatchObject({ plan: null, missing, maker: { kind: 'model', name } });
  });

  const failures: [what: string, arrange: () => void, why: RegExp][] = [
    ['garbage, twice', () => answers('lorem ipsum'), /gave nothing usable/],
    [
      'a plan of another form, twice',
      () => answers({ ...answer, plan: '{"plan":2}' }),
      /The plan cannot be used as it is/,
    ],
    ['an answer that is cut off', () => answers(JSON.stringify(answer).slice(0, 60)), /gave nothing usable/],
    ['429', () => mock.on({}, { error: { message: 'slow down' }, status: 429 }), /rate limit \(429\)/],
    ['500', () => mock.on({}, { error: { message: 'oops' }, status: 500 }), /error \(500\)/],
    ['401', () => mock.on({}, { error: { message: 'who?' }, status: 401 }), /refused the key/],
    [
      'a line that breaks',
      () => mock.on({}, { content: '{}' }, { chaos: { disconnectRate: 1 } }),
      /could not be reached|could not be read/,
    ],
  ];
  it.each(failures)('ends with the rules and the reason after %s', async (_, arrange, why) => {
    arrange();
    const draft = await drafter().draft(thread());
    expect(draft.plan?.then).toEqual([{ check: 'p.value = "third"' }]);
    expect(draft.maker).toEqual({ kind: 'rules', insteadOf: expect.stringMatching(why) });
  });
});

describe('a model that is silent', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is not waited for longer than the limit', async () => {
    const { port } = server.address() as AddressInfo;
    const model = { name: 'openai:gpt-test', baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'key', timeoutMs: 300 };
    const draft = await createDrafter({ model, log }).draft(thread());
    expect(draft.maker).toEqual({ kind: 'rules', insteadOf: 'openai:gpt-test did not answer in time' });
  });
});

describe('createDrafter', () => {
  it('drafts by rules when no model is configured, and needs no reason for it', async () => {
    expect((await createDrafter({ log }).draft(thread())).maker).toEqual({ kind: 'rules' });
  });

  it('asks no model about an empty thread', async () => {
    const model = { name: 'openai:gpt-test', baseUrl: 'http://127.0.0.1:1/v1', apiKey: 'key', timeoutMs: 300 };
    const draft = await createDrafter({ model, log }).draft({
      ...thread(),
      evidence: { ...thread().evidence, quotes: [] },
    });
    expect(draft).toMatchObject({ plan: null, maker: { kind: 'rules' } });
  });

  it('says why when the model cannot be set up', async () => {
    const draft = await createDrafter({ model: { name: 'nobody:x', timeoutMs: 300 }, log }).draft(thread());
    expect(draft.maker).toMatchObject({
      kind: 'rules',
      insteadOf: expect.stringContaining('nobody:x could not be set up'),
    });
  });
});

/** A thread about a function that a small module really has. */
function thread(
  text = 'rung is off again\n```\nladder.rung(3)\n// expected: "third"\n// got:      "3rd"\n```',
): Material {
  const rung = (step: unknown) => (step === 3 ? '3rd' : `${step}th`);
  return material({ messages: [text], modules: { 'src/ladder.js': { rung } }, packages: { ladder: 'src/ladder.js' } });
}
