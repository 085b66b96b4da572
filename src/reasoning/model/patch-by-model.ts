import { z } from 'zod';
import type { Patcher, PatchMaterial, Proposal, Unusable } from '../../repair/patcher.ts';
import { fill, readPrompt } from '../prompt.ts';
import { type Ask, createAsk, type ModelSettings } from './ask.ts';
import { isGarbled, whyNot } from './why-not.ts';

const Text = z.string().max(40_000);
const Patch = z.object({
  summary: z.string().trim().min(1).max(600),
  edits: z.array(z.object({ file: z.string().min(1).max(300), before: Text, after: Text })).max(20),
});

/** The same shape without bounds, which not every provider understands. */
const PatchShape = z.object({
  summary: z.string(),
  edits: z.array(z.object({ file: z.string(), before: z.string(), after: z.string() })),
});

/** Makes the writer of patches: the model that is configured; none without one, for the templates are its rules. */
export function createPatcher(model: ModelSettings | undefined): Patcher | undefined {
  if (!model) return undefined;
  let asking: Promise<Ask> | undefined;
  return {
    name: model.name,
    async propose(material) {
      try {
        asking ??= createAsk(model, { name: 'patch', shape: PatchShape });
        const answered = await (await asking)([['user', await question(material)]]);
        return read(answered);
      } catch (thrown) {
        asking = undefined;
        return { unusable: `${model.name} ${whyNot(thrown)}`, mayAsk: isGarbled(thrown) };
      }
    },
  };
}

function read(answered: unknown): Proposal | Unusable {
  const patch = Patch.safeParse(answered);
  if (patch.success) return patch.data;
  const problems = patch.error.issues.map(({ path, message }) => `${path.join('.') || 'answer'}: ${message}`);
  return { unusable: `its answer is not of the form asked for: ${problems.slice(0, 3).join('; ')}`, mayAsk: true };
}

async function question({ plan, violated, trace, change, code, refused }: PatchMaterial): Promise<string> {
  return fill(await readPrompt('propose-patch'), {
    plan,
    violated,
    trace,
    change: change ?? 'not known',
    code: code.map(({ file, text }) => `=== ${file}\n${text}`).join('\n\n'),
    refused: refused.map(({ proposal, reason }) => `${proposal}\nrefused: ${reason}`).join('\n\n') || 'none yet',
  });
}
