import { OpenAIEmbeddings } from '@langchain/openai';
import { Failure } from '../errors.ts';
import { lexicalEmbedding } from './lexical.ts';

/** Places texts among meanings, so that what is alike lies near. */
export interface Embedder {
  /** Vectors of different embedders are never compared. */
  name: string;
  dimensions: number;
  /** One vector of length one for each text, in order. */
  embed(texts: string[]): Promise<number[][]>;
}

/** Which embedder is configured: `openai:<model>`, at another address where that speaks the same protocol. */
export interface EmbedderSettings {
  name: string;
  apiKey?: string;
  baseUrl?: string;
}

const dimensions = 384;

/** The configured embedder; without one, a local lexical one that needs nothing. */
export function createEmbedder(settings?: EmbedderSettings): Embedder {
  if (!settings) {
    return {
      name: 'lexical-1',
      dimensions,
      embed: async (texts) => texts.map((text) => lexicalEmbedding(text, dimensions)),
    };
  }
  const [, provider, model] = /^(\w+):(.+)$/.exec(settings.name) ?? [];
  if (provider !== 'openai' || !model) {
    throw new Failure('CONFIG_INVALID', {
      problems: [`REHEARSE_EMBEDDINGS: "${settings.name}" is not of the form openai:<model>`],
    });
  }
  return overTheWire(model, settings);
}

function overTheWire(model: string, { name, apiKey, baseUrl }: EmbedderSettings): Embedder {
  const embeddings = new OpenAIEmbeddings({
    model,
    apiKey,
    dimensions,
    // The client asks for base64 otherwise, which compatible servers do not all give.
    encodingFormat: 'float',
    maxRetries: 2,
    timeout: 30_000,
    ...(baseUrl ? { configuration: { baseURL: baseUrl } } : {}),
  });
  return { name: `${name}@${dimensions}`, dimensions, embed: (texts) => embeddings.embedDocuments(texts) };
}
