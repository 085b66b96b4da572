import { initChatModel } from 'langchain';
import { z } from 'zod';

/** The model that drafts, when one is configured: `provider:model`, as LangChain names them. */
export interface ModelSettings {
  name: string;
  baseUrl?: string;
  apiKey?: string;
  /** For one call, its retries included. */
  timeoutMs: number;
  /** How often the client tries again by itself after 429 and 5xx; once by default. */
  retries?: number;
}

/** One turn of a conversation. */
export type Turn = ['user' | 'assistant', string];

/** Asks the model and gives what it answered: an object where its text is one, else the text. */
export type Ask = (turns: Turn[]) => Promise<unknown>;

const outputTokens = 4_000;

/** Connects to the configured model, which answers in the shape that is wanted; throws what the client throws, and an abort when it is silent for too long. */
export async function createAsk(
  { name, baseUrl, apiKey, timeoutMs, retries = 1 }: ModelSettings,
  wanted: { name: string; shape: z.ZodType },
): Promise<Ask> {
  const model = await initChatModel(name, {
    maxRetries: retries,
    ...(name.startsWith('ollama:') ? { numPredict: outputTokens, temperature: 0 } : { maxTokens: outputTokens }),
    ...(apiKey ? { apiKey } : {}),
    ...addressed(name, baseUrl),
  });
  // The provider's own structured output, for not all offer a tool that must be called. A schema rather than zod itself:
  // with zod the clients throw on an answer of another form, and try again by themselves where we would say why.
  const structured = model.withStructuredOutput(z.toJSONSchema(wanted.shape), {
    name: wanted.name,
    method: 'jsonSchema',
    includeRaw: true,
  });
  return async (turns) => {
    const messages = turns.map(([role, content]) => ({ role, content }));
    const { raw, parsed } = await structured.invoke(messages, { signal: AbortSignal.timeout(timeoutMs) });
    return parsed ?? asObject(raw.text);
  };
}

/** Each client calls its address otherwise. */
function addressed(name: string, baseUrl: string | undefined): Record<string, unknown> {
  if (!baseUrl) return {};
  if (name.startsWith('anthropic:')) return { anthropicApiUrl: baseUrl };
  return name.startsWith('openai:') ? { configuration: { baseURL: baseUrl } } : { baseUrl };
}

function asObject(text: string): unknown {
  const inner = /```(?:json)?\s*([\s\S]*?)```/.exec(text)?.[1] ?? text;
  try {
    return JSON.parse(inner);
  } catch (notJson) {
    if (notJson instanceof SyntaxError) return text;
    throw notJson;
  }
}
