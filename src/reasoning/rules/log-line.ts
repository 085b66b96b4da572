import { readings } from './literals.ts';
import { isRecord, type Value } from './values.ts';

/** Named values of one line of a log. */
export interface LogLine {
  text: string;
  fields: { name: string; text: string; readings: Value[] }[];
}

const pair =
  /(?<![\w.$&?%])([A-Za-z_][\w.-]*)=("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]\n]*\]|\{[^}\n]*\}|[^\s,;"']+)/g;

/** The lines of a text that hold named values: `key=value` in a row, or JSON. */
export function logLines(text: string): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const fields = /^\s*\{.*\}\s*$/.test(line) ? fromJson(line) : fromPairs(line);
    return fields.length > 0 ? [{ text: line.trim(), fields }] : [];
  });
}

function fromPairs(line: string): LogLine['fields'] {
  return [...line.matchAll(pair)].map(([, name = '', text = '']) => {
    const plain = /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
    return { name, text: plain, readings: text === plain ? [...new Set([...readings(text), text])] : [plain] };
  });
}

function fromJson(line: string): LogLine['fields'] {
  try {
    const parsed: unknown = JSON.parse(line);
    if (!isRecord(parsed)) return [];
    return flat(parsed).map(([name, value]) => ({
      name,
      text: typeof value === 'string' ? value : JSON.stringify(value),
      readings: [value],
    }));
  } catch (notJson) {
    return notJson instanceof SyntaxError ? fromPairs(line) : [];
  }
}

/** `{ args: { base: 1 } }` names both `args` and `base`. */
function flat(record: Record<string, Value>): [string, Value][] {
  return Object.entries(record).flatMap(([key, value]): [string, Value][] =>
    isRecord(value) ? [[key, value], ...Object.entries(value)] : [[key, value]],
  );
}
