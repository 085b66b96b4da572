import { z } from 'zod';
import { isFailure, tell } from '../../errors.ts';
import { Plan, parsePlan } from '../../simulation/plan.ts';
import type { Draft, Material } from '../draft.ts';
import { fill, readPrompt } from '../prompt.ts';
import { Answer } from './answer.ts';
import type { Ask, Turn } from './ask.ts';
import { codebaseText, threadText } from './material-text.ts';
import { isGarbled, whyNot } from './why-not.ts';

/** What a model made of a thread, or why there is nothing to use. */
export type Drafted = { draft: Draft } | { refused: string };

const format = JSON.stringify(z.toJSONSchema(Plan, { unrepresentable: 'any', io: 'input' }));

/**
 * Has a model draft a scenario. At most two questions, each tried again once by the client: an answer that does not parse, or whose plan cannot be run on this
 * tree, is sent back once with the reason. Never throws for what the model or its provider does.
 */
export async function draftByModel(ask: Ask, name: string, material: Material): Promise<Drafted> {
  const prompt = await readPrompt('draft-scenario');
  const slots = { thread: threadText(material.evidence), codebase: codebaseText(material.survey), format };
  const turns: Turn[] = [['user', fill(prompt, slots)]];
  for (const isLast of [false, true]) {
    const answer = await answered(ask, turns);
    if ('failed' in answer) return { refused: `${name} ${answer.failed}` };
    const used = await usable(answer.given, name, material);
    if ('draft' in used) return used;
    if (isLast) return { refused: `${name} gave nothing usable: ${used.refused}` };
    turns.push(['assistant', JSON.stringify(answer.given).slice(0, 20_000)]);
    turns.push(['user', fill(await readPrompt('mend-draft'), { problem: used.refused })]);
  }
  return { refused: `${name} gave nothing usable` };
}

async function answered(ask: Ask, turns: Turn[]): Promise<{ given: unknown } | { failed: string }> {
  try {
    return { given: await ask(turns) };
  } catch (thrown) {
    // OpenAI's client reads the JSON itself and throws; it is an answer all the same, and can be asked for again.
    return isGarbled(thrown) ? { given: 'an answer that is not JSON' } : { failed: whyNot(thrown) };
  }
}

async function usable(given: unknown, name: string, { attempt }: Material): Promise<Drafted> {
  const answer = Answer.safeParse(given);
  if (!answer.success) return { refused: `the answer is not of the form asked for: ${issues(answer.error)}` };
  const { plan: text, missing, ...rest } = answer.data;
  const maker = { kind: 'model', name } as const;
  if (text === null) {
    return missing
      ? { draft: { ...rest, plan: null, missing, maker } }
      : { refused: 'there is neither a plan nor a word on what is missing' };
  }
  const plan = planFrom(text);
  if ('refused' in plan) return plan;
  const { verdict } = await attempt(plan.plan);
  if (verdict.outcome === 'unknown') return { refused: `the plan cannot be run here: ${verdict.reason}` };
  return { draft: { ...rest, plan: plan.plan, maker } };
}

function planFrom(text: string): { plan: Plan } | { refused: string } {
  try {
    return { plan: parsePlan(text) };
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return { refused: tell(thrown) };
  }
}

function issues(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'answer'}: ${message}`).join('; ');
}
