import { LLMock } from '@copilotkit/aimock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEmbedder } from '../../src/reasoning/embedder.ts';

const dot = (a: number[] = [], b: number[] = []) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

describe('the local embedder', () => {
  const embedder = createEmbedder();

  it('gives vectors of 384 dimensions and length one, the same for the same text, for any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        const [one = [], two = []] = await embedder.embed([text, text]);
        expect(one).toHaveLength(embedder.dimensions);
        expect(one).toEqual(two);
        expect(Math.hypot(...one)).toBeCloseTo(1, 9);
      }),
      { numRuns: 50 },
    );
  });

  it('places the same thing in other words nearer than another thing', async () => {
    const [about, alike, other] = await embedder.embed([
      'Pro-rated invoice of a customer in the EU is three cents too high after a plan change',
      'Changing the plan of an EU customer: prorated invoices round wrongly, cents too high',
      'A picked-up order cannot be opened, the page answers 500',
    ]);
    expect(dot(about, alike)).toBeGreaterThan(dot(about, other) + 0.15);
  });

  it('knows names of code by their words', async () => {
    const [camel, words, other] = await embedder.embed(['planChange fails', 'the plan change fails', 'seat map fails']);
    expect(dot(camel, words)).toBeGreaterThan(dot(camel, other) + 0.2);
  });
});

describe('a configured embedder', () => {
  it('asks over the wire for vectors of the same size, and has a name of its own', async () => {
    const mock = await LLMock.create({ port: 0 });
    const embedder = createEmbedder({
      name: 'openai:text-embedding-3-small',
      apiKey: 'key',
      baseUrl: `${mock.url}/v1`,
    });
    mock.onEmbedding(/.*/, { embedding: new Array<number>(384).fill(0.05) });
    expect((await embedder.embed(['a', 'b'])).map((vector) => vector.length)).toEqual([384, 384]);
    expect(mock.getLastRequest()?.body).toMatchObject({ model: 'text-embedding-3-small', embeddingInput: 'a b' });
    expect(embedder.name).toBe('openai:text-embedding-3-small@384');
    await mock.stop();
  });

  it('is refused with what to mend when nobody knows it', () => {
    expect(() => createEmbedder({ name: 'words' })).toThrow('openai:<model>');
  });
});
