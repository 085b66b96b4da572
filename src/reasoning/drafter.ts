import type { Log } from '../log.ts';
import type { Drafter } from './draft.ts';
import { createRules } from './rules/rules.ts';

/** The model that drafts, when one is configured: `provider:model`, as LangChain names them. */
export interface ModelSettings {
  name: string;
  baseUrl?: string;
  apiKey?: string;
  timeoutMs: number;
}

/** Makes the drafter: rules. */
export function createDrafter(_settings: { model?: ModelSettings; log: Log }): Drafter {
  return createRules();
}
