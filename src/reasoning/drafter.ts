import { tell } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Draft, Drafter, Material } from './draft.ts';
import { AnswerShape } from './model/answer.ts';
import { createAsk, type ModelSettings } from './model/ask.ts';
import { type Drafted, draftByModel } from './model/draft-by-model.ts';
import { createRules } from './rules/rules.ts';

/**
 * Makes the drafter: rules, or a model where one is configured, with the rules behind it.
 * A draft says which of the two made it and, where the rules stood in, why.
 */
export function createDrafter({ model, log }: { model?: ModelSettings; log: Pick<Log, 'warn'> }): Drafter {
  const rules = createRules();
  if (!model) return rules;
  return {
    async draft(material) {
      if (material.evidence.quotes.length === 0) return rules.draft(material);
      const drafted = await tried(model, material);
      if ('draft' in drafted && drafted.draft.plan) return drafted.draft;
      const byRules = await rules.draft(material);
      if ('draft' in drafted) return byRules.plan ? standIn(byRules, `${model.name} found no plan`) : drafted.draft;
      log.warn({ reason: drafted.refused }, 'the model did not draft; the rules did');
      return standIn(byRules, drafted.refused);
    },
  };
}

async function tried(model: ModelSettings, material: Material): Promise<Drafted> {
  const ask = await createAsk(model, { name: 'scenario', shape: AnswerShape }).catch((thrown: unknown) => tell(thrown));
  if (typeof ask === 'string') return { refused: `${model.name} could not be set up: ${ask.split('\n')[0]}` };
  return draftByModel(ask, model.name, material);
}

function standIn(draft: Draft, insteadOf: string): Draft {
  return { ...draft, maker: { kind: 'rules', insteadOf } };
}
