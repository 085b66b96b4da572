import { Failure } from '../../errors.ts';
import { parsePlan } from '../../simulation/plan.ts';
import type { Knob } from '../../simulation/whatif/knob.ts';
import { matrixLines } from '../../simulation/whatif/told.ts';
import type { Answer, Terminal } from './answer.ts';
import { readPlan } from './plan-file.ts';
import type { CliServices } from './services.ts';

interface Options {
  repo: string;
  world?: string;
  plan: string;
  rev?: string;
  set?: string[];
  flag?: string[];
  clock?: string[];
  fault?: string[];
  budget?: number;
}

const defaultBudget = 40;

/**
 * `rehearse whatif`: a plan over settings, flags, clocks, faults and revisions. Exit 0 when every verdict holds, 1 when
 * one is violated, 2 when the world as it is gives none, or another one and no verdict is violated.
 */
export const whatif =
  ({ mirror, whatIf }: CliServices, terminal: Terminal) =>
  async (options: Options): Promise<Answer> => {
    const plan = await readPlan(options.plan);
    const knobs = knobsOf(options);
    const repository = await mirror(options.repo, options.world);
    const wanted = options.rev?.split(',').filter((one) => one !== '') ?? [];
    const names: [string, ...string[]] = [wanted[0] ?? (await repository.tip()), ...wanted.slice(1)];
    const at = async (name: string) => {
      const revision = await repository.resolve(name);
      return { revision, tree: await repository.tree(revision) };
    };
    const [first, ...others] = names;
    const matrix = await whatIf({
      plan,
      revisions: [await at(first), ...(await Promise.all(others.map(at)))],
      knobs,
      budget: options.budget ?? defaultBudget,
      onProgress: terminal.progress,
    });
    const cells = matrix.rows.flatMap((row) => row.cells);
    const isViolated = cells.some(({ outcome }) => outcome === 'violated');
    const isUnknown = (row: typeof cells = []) => row.some(({ outcome }) => outcome === 'unknown');
    const code = isUnknown(matrix.rows[0]?.cells) ? 2 : isViolated ? 1 : isUnknown(cells) ? 2 : 0;
    return { text: matrixLines(matrix).join('\n'), document: matrix, code };
  };

/** What the options name; several values of one thing are alternatives. */
export function knobsOf({ set = [], flag = [], clock = [], fault = [] }: Options): Knob[] {
  const knobs = new Map<string, Knob>();
  for (const text of set) {
    const [, service, name = '', value = ''] = /^(?:([\w-]+)[.:])?([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
    if (name === '') throw wrong('--set', text, 'NAME=value, or service.NAME=value');
    const known = knobs.get(`set ${service}.${name}`);
    const values = [...(known?.kind === 'setting' ? known.values : []), value];
    knobs.set(`set ${service}.${name}`, { kind: 'setting', name, services: service ? [service] : [], values });
  }
  for (const text of flag) {
    const [, name = '', value = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (name === '') throw wrong('--flag', text, 'name=on, name=off, or name=value');
    const known = knobs.get(`flag ${name}`);
    const values = [...(known?.kind === 'flag' ? known.values : []), flagValue(value)];
    knobs.set(`flag ${name}`, { kind: 'flag', name, values });
  }
  if (clock.length > 0) knobs.set('clock', { kind: 'clock', values: clock });
  if (fault.length > 0) knobs.set('fault', { kind: 'fault', values: fault.map(faultOf) });
  check([...knobs.values()]);
  return [...knobs.values()];
}

function flagValue(text: string): boolean | string | number {
  if (/^(on|true)$/i.test(text)) return true;
  if (/^(off|false)$/i.test(text)) return false;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function faultOf(text: string): { on: string; do: string } {
  const at = text.lastIndexOf('=');
  if (at <= 0) throw wrong('--fault', text, 'http://fx/rates=timeout, postgres=delay:PT2S');
  return { on: text.slice(0, at), do: text.slice(at + 1) };
}

/** Clocks and faults are those of a plan: what a plan would not take is refused before anything runs. */
function check(knobs: Knob[]): void {
  for (const knob of knobs) {
    for (const value of knob.kind === 'clock' || knob.kind === 'fault' ? knob.values : []) {
      const world = knob.kind === 'clock' ? { clock: value } : { faults: [value] };
      parsePlan({ plan: 1, world, when: [{ advance: 'PT1S' }], then: [{ check: 'true' }] });
    }
  }
}

function wrong(option: string, text: string, wanted: string): Failure {
  return new Failure('ARGUMENTS_INVALID', { option, given: text, wanted });
}
