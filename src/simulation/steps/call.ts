import path from 'node:path';
import { Failure } from '../../errors.ts';
import type { Stage } from '../../world/stage.ts';
import type { When } from '../plan.ts';
import { fileInTree } from '../tree-file.ts';

type Call = Extract<When, { call: unknown }>['call'];

const patienceHours = 24;

/** Calls an export of a module of the tree, in a process of its own; `{ value }` or `{ error }`. */
export async function takeCall(call: Call, stage: Stage): Promise<unknown> {
  const file = fileInTree(call.module, stage.tree.path);
  const host = await stage.caller(path.relative(stage.tree.path, file));
  const id = host.newCall();
  const { args, export: name } = call;
  stage.coordinator.enqueue(() =>
    host.turn({
      t: 'call',
      now: stage.clock.now(),
      id,
      file,
      export: name ?? null,
      args,
      new: call.new ?? false,
      then: call.then ?? [],
    }),
  );
  const waited = await stage.coordinator.until(
    () => host.outcome(id) !== undefined || !host.isAlive,
    patienceHours * 3_600_000,
  );
  const outcome = host.outcome(id);
  if (outcome && 'missing' in outcome) {
    throw new Failure('MODULE_UNKNOWN', { module: call.module, export: outcome.missing });
  }
  if (outcome && 'unloaded' in outcome) {
    const says = outcome.unloaded;
    throw new Failure(says.startsWith('SyntaxError') ? 'SOURCE_UNPARSABLE' : 'MODULE_UNLOADED', {
      module: call.module,
      says,
    });
  }
  if (outcome) return outcome;
  if (!host.isAlive) throw stage.ended(host);
  const why = waited === 'stuck' ? 'nothing is left that could settle its promise' : `${patienceHours} hours passed`;
  return { error: { name: 'Unsettled', message: `The call did not settle: ${why}`, code: null } };
}
