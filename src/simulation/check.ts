import jsonata from 'jsonata';

const longestSeen = 300;

/** What came of one check: whether it is met, and what was seen where it is not. */
export interface Checked {
  met: boolean | null;
  seen: string;
}

/** Evaluates a JSONata expression over what was recorded; `met` is null when it cannot be evaluated. */
export async function check(expression: string, recorded: unknown): Promise<Checked> {
  try {
    const value: unknown = await jsonata(expression).evaluate(recorded);
    if (value === true) return { met: true, seen: '' };
    return { met: false, seen: await seenBy(expression, recorded, value) };
  } catch (thrown) {
    return { met: null, seen: `the check does not work: ${messageOf(thrown)}` };
  }
}

/** Where a check compares, what its left side came to; the value of the whole otherwise. */
async function seenBy(expression: string, recorded: unknown, value: unknown): Promise<string> {
  const ast = jsonata(expression).ast() as { type?: string; value?: string; position?: number };
  const compares = ast.type === 'binary' && ['=', '!=', '<', '<=', '>', '>=', 'in'].includes(String(ast.value));
  if (!compares || ast.position === undefined) return show(value);
  const left = expression.slice(0, ast.position - String(ast.value).length).trim();
  try {
    return `${left} is ${show(await jsonata(left).evaluate(recorded))}`;
  } catch {
    return show(value);
  }
}

/** A value as a person reads it, cut. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > longestSeen ? `${text.slice(0, longestSeen)}…` : text;
}

function messageOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown ? String(thrown.message) : String(thrown);
}
