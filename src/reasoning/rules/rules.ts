import type { Draft, Drafter, Material } from '../draft.ts';
import { readCodebase } from './codebase.ts';
import { groundCall } from './ground-call.ts';
import { exchangesIn } from './http/exchanges.ts';
import { groundHttp } from './http/ground-http.ts';
import { httpMissing, httpNarrative, httpTitle } from './http/writing-http.ts';
import { missingOf } from './missing.ts';
import { proseAround, readCalls, readThread, specifiersIn } from './reading.ts';
import { tagsOf } from './tags.ts';
import { narrativeOf, reported, titleOf } from './writing.ts';

/** The maker that needs no model: reads what engineers paste, and says nothing that the thread does not say. */
export function createRules(): Drafter {
  return { draft: draftByRules };
}

async function draftByRules({ evidence, survey, read, attempt }: Material): Promise<Draft> {
  const common = { tags: tagsOf(evidence), maker: { kind: 'rules' } as const };
  const reading = readThread(evidence);
  const codebase = await readCodebase(survey, read, specifiersIn(reading));
  const calls = readCalls(reading, codebase);
  const { passages } = reading;
  const exchanges = exchangesIn(passages, calls.mentions, (fence) => proseAround(passages, fence));
  const http = await groundHttp({ passages, exchanges, mentions: calls.mentions, survey }, attempt);
  if (http.shown && http.plan) {
    return { ...common, title: httpTitle(http.shown), narrative: httpNarrative(http.shown, evidence), plan: http.plan };
  }
  const call = await groundCall(calls, attempt);
  if (call.judged && call.plan) {
    return { ...common, title: titleOf(call.judged), narrative: narrativeOf(call.judged, evidence), plan: call.plan };
  }
  const missing = http.steps.length > 0 ? httpMissing(http) : missingOf(calls, call);
  const narrative = `${reported(evidence)} ${missing.sentence}`;
  return { ...common, title: 'Not grounded yet', narrative, plan: null, missing };
}
