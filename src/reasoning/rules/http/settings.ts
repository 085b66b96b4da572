import type { Survey } from '../../../codebase/survey.ts';
import type { Plan } from '../../../simulation/plan.ts';
import { leaning } from '../cues.ts';
import { literalOf } from '../literals.ts';
import type { Passage } from '../passages.ts';
import { sentencesOf } from '../prose.ts';

type World = NonNullable<Plan['world']>;

/** Configuration and flags that a thread says are set, for the services that read them. */
export function settingsIn(passages: Passage[], survey: Survey): Pick<World, 'env' | 'flags'> {
  const env: NonNullable<World['env']> = {};
  const flags: NonNullable<World['flags']> = {};
  const names = new Set(survey.environment.map(({ name }) => name));
  const known = new Set(survey.flags.map(({ name }) => name));
  for (const line of linesOf(passages)) {
    for (const [, name = '', quoted, plain = ''] of line.matchAll(
      /(?<![\w.-])([A-Z][A-Z0-9_]{2,})\s*(?:=|:| is | set to | is set to | was )\s*(?:["'`]([^"'`\n]*)["'`]|([^\s,;)`]+))/g,
    )) {
      const value = quoted ?? plain.replace(/[.!?]$/, '');
      if (!names.has(name) || /redacted/.test(value)) continue;
      for (const service of readersOf(name, survey)) env[service] = { ...env[service], [name]: value };
    }
    for (const name of known) {
      const value = flagIn(line, name);
      if (value !== undefined) flags[name] = value;
    }
  }
  return { ...(Object.keys(env).length > 0 ? { env } : {}), ...(Object.keys(flags).length > 0 ? { flags } : {}) };
}

/** Lines that say how things are, not how they would be fine. */
function linesOf(passages: Passage[]): string[] {
  const text = (id: number) => passages[id]?.text ?? '';
  return passages
    .flatMap((passage) => {
      if (passage.kind === 'fence') return passage.text.split('\n');
      if (passage.kind === 'inline') return [];
      return sentencesOf(passage.text)
        .filter((sentence) => leaning(sentence).aside === 0 && leaning(sentence).fine === 0)
        .map((sentence) => sentence.replace(/⟦(\d+)⟧/g, (_, id: string) => `\`${text(Number(id))}\``));
    })
    .map((line) => line.replace(/`/g, ''));
}

function flagIn(line: string, name: string): boolean | string | number | undefined {
  const at = line.indexOf(name);
  if (at < 0 || /[\w-]/.test(line[at - 1] ?? ' ') || /[\w-]/.test(line[at + name.length] ?? ' ')) return undefined;
  const after = line.slice(at + name.length);
  const [, word] =
    /^["'`]?(?: flag)?\s*(?:=|:| is| was| set to| turned| switched)?(?: now| still| set to| turned| switched)?\s*["'`]?(on|off|enabled|disabled|true|false|-?\d+(?:\.\d+)?)\b/i.exec(
      after,
    ) ?? [];
  if (word === undefined) return undefined;
  if (/^(on|enabled|true)$/i.test(word)) return true;
  if (/^(off|disabled|false)$/i.test(word)) return false;
  const value = literalOf(word)?.value;
  return typeof value === 'number' ? value : undefined;
}

function readersOf(name: string, { environment, services }: Survey): string[] {
  const files = environment.filter((one) => one.name === name).map(({ file }) => file);
  const own = services.filter(({ folder }) => files.some((file) => file.startsWith(`${folder}/`)));
  // What a shared package reads, every service reads.
  return (own.length > 0 ? own : services).map((service) => service.name);
}
