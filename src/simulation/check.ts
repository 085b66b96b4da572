import jsonata from 'jsonata';

const longestSeen = 300;
const deepest = 300;
const mostSteps = 200_000;

/** What came of one check: whether it is met, and what was seen where it is not. */
export interface Checked {
  met: boolean | null;
  seen: string;
}

/** Evaluates a JSONata expression over what was recorded; `met` is null when it cannot be evaluated. */
export async function check(expression: string, recorded: unknown): Promise<Checked> {
  try {
    const value: unknown = await evaluate(expression, recorded);
    if (value === true) return { met: true, seen: '' };
    return { met: false, seen: await seenBy(expression, recorded, value) };
  } catch (thrown) {
    return { met: null, seen: `the check does not work: ${messageOf(thrown)}` };
  }
}

/** What reads the clock or the chance of the machine, so that no two runs of it would agree. */
const unrepeatable = ['now', 'millis', 'random', 'shuffle'];

/** Evaluates an expression; what it costs is bounded by whoever runs this, see `checks.ts`. */
export async function evaluate(expression: string, recorded: unknown): Promise<unknown> {
  const made = jsonata(expression);
  for (const name of unrepeatable)
    made.registerFunction(name, () => {
      throw new Error(`$${name} would be another in every run; name a value`);
    });
  const hook = made as unknown as { assign(name: symbol, work: () => void): void };
  let depth = 0;
  let steps = 0;
  hook.assign(Symbol.for('jsonata.__evaluate_entry'), () => {
    depth += 1;
    steps += 1;
    if (depth > deepest || steps > mostSteps) throw new Error('it goes on for too long');
  });
  hook.assign(Symbol.for('jsonata.__evaluate_exit'), () => {
    depth -= 1;
  });
  return made.evaluate(recorded);
}

/** Where a check compares, what its left side came to; the value of the whole otherwise. */
async function seenBy(expression: string, recorded: unknown, value: unknown): Promise<string> {
  const ast = jsonata(expression).ast() as { type?: string; value?: string; position?: number };
  const compares = ast.type === 'binary' && ['=', '!=', '<', '<=', '>', '>=', 'in'].includes(String(ast.value));
  if (!compares || ast.position === undefined) return show(value);
  const left = expression.slice(0, ast.position - String(ast.value).length).trim();
  try {
    return `${left} is ${show(await evaluate(left, recorded))}`;
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
