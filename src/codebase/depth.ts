import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** So many signs that can stand within each other fit on the stack of the parser, however they do. */
const mostNesting = 8_000;
const trialMs = 10_000;
const mostKnown = 200;
const nesting =
  /[[({<!~+\-*&|?=:^%/`]|\b(?:if|else|for|while|do|with|typeof|void|await|new|delete|yield|return|in|of|as|is|instanceof|satisfies|extends|function|class|async|keyof|infer|unique|readonly|asserts)\b/g;
const trial = path.join(import.meta.dirname, 'depth-trial.ts');
const stood = new Map<string, boolean>();

/** The language that a source is read in. */
type Language = 'js' | 'jsx' | 'ts' | 'tsx';

/**
 * Whether a source of anybody's is nested too deeply to be parsed here. The parser is native and takes the whole
 * process with it where its stack ends, so whatever could be too deep is parsed in a process of its own first.
 */
export function isTooDeep(source: string, lang: Language = 'tsx'): boolean {
  if (!mayBeDeep(source)) return false;
  const key = `${lang} ${source}`;
  const known = stood.get(key);
  if (known !== undefined) return !known;
  const { status } = spawnSync(process.execPath, [trial, lang], {
    input: source,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: trialMs,
  });
  stood.set(key, status === 0);
  for (const old of stood.keys()) if (stood.size > mostKnown) stood.delete(old);
  return status !== 0;
}

/** Does something that goes into the depth of a value or a source; nothing where the stack is too short for it. */
export function withinStack<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) return undefined;
    throw thrown;
  }
}

/** Whether a source has so many signs that can stand within each other that it could be too deep to be parsed. */
export function mayBeDeep(source: string): boolean {
  if (source.length <= mostNesting) return false;
  nesting.lastIndex = 0;
  for (let count = 0; nesting.test(source); count += 1) if (count > mostNesting) return true;
  return false;
}
