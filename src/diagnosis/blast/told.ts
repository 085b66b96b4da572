import type { BlastRadius, Hit } from './blast-radius.ts';

/** One kind of what is hit, as a reader sees it. */
export interface BlastGroup {
  title: string;
  items: string[];
}

const kinds = [
  ['Customers', 'customers'],
  ['Workflows', 'workflows'],
  ['Metrics', 'metrics'],
  ['Routes', 'routes'],
  ['Tables', 'tables'],
  ['Queues', 'queues'],
  ['Flags', 'flags'],
  ['Configuration keys', 'settings'],
] as const;

/** What was seen to run through the guilty code, group by group, the most hit first; empty groups are left out. */
export function blastGroups(blast: BlastRadius): BlastGroup[] {
  const scenarios = blast.scenarios.map(({ title, outcome, calls }) => `${title} (${outcome}, ${times(calls)})`);
  return [
    { title: 'Scenarios', items: scenarios },
    ...kinds.map(([title, kind]) => ({ title, items: blast[kind].map((hit) => hitText(hit, blast)) })),
    {
      title: 'Violated together before',
      items: blast.fragile.map(({ title, commits }) => `${title} (${counted(commits, 'commit')})`),
    },
  ].filter(({ items }) => items.length > 0);
}

/** What only reading the code tells: it reaches the guilty code, and no scenario that was looked at ran it. */
export function uncoveredSentence({ uncovered, looked }: BlastRadius): string {
  const { functions, routes, modules, isCut } = uncovered;
  const of = `the ${counted(looked.at, 'scenario')} looked at${looked.leftOut > 0 ? ` (${looked.leftOut} left out)` : ''}`;
  if (functions.length + routes.length === 0)
    return `By imports and calls nothing else reaches it than what ran in ${of}; ${counted(modules, 'module')} import it.`;
  const most = isCut ? 'at least ' : '';
  const named = routes.length > 0 ? routes.map(({ name }) => name) : functions.map(({ name }) => name);
  const shown = named.slice(0, 4).join(', ');
  return `Reached by imports and calls, and run in none of ${of}: ${most}${counted(functions.length, 'function')} and ${counted(routes.length, 'route')}, such as ${shown}.`;
}

function hitText({ name, scenarios }: Hit, blast: BlastRadius): string {
  return blast.scenarios.length > 1 ? `${name} (${counted(scenarios, 'scenario')})` : name;
}

function times(calls: number): string {
  return calls === 1 ? 'ran once' : `ran ${calls} times`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
