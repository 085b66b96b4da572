import { Failure } from '../errors.ts';
import type { Record } from '../simulation/record.ts';
import type { FunctionPlace } from '../simulation/source/instrument.ts';
import type { Seen } from './sandbox/protocol.ts';

interface Place {
  name: string;
  record: Record;
  functions: (file: string) => FunctionPlace[] | undefined;
}

/** Writes down what a service tells of itself. */
export interface Witness {
  /** A call, a return, a throw, a line of output, something read or written; throws SANDBOX_FAILED for what cannot be. */
  see(seen: Seen): void;
  /** Calls beyond what was told one by one. */
  count(file: string, fn: number, calls: number): void;
  /** What the service printed last. */
  readonly lastPrinted: string;
}

/** What a service printed last is shown when it ends and nothing else says why. */
const mostPrinted = 4;
const longestPrinted = 300;

/** A witness of one service. */
export function createWitness({ name, record, functions }: Place): Witness {
  const seqs = new Map<number, { seq: number; what: string; file: string; line: number }>();
  let printed: string[] = [];
  const see = (seen: Seen): void => {
    if (seen[0] === 'c') {
      const [, of, file, fn, text, hash] = seen;
      const found = count(file, fn, 1);
      const where = { what: found.name, file, line: found.line };
      seqs.set(of, { seq: record.write({ service: name, kind: 'call', ...where, value: { text, hash } }), ...where });
    } else if (seen[0] === 'r' || seen[0] === 't') {
      const [kind, of, text, hash] = seen;
      const call = seqs.get(of);
      if (!call) throw new Failure('SANDBOX_FAILED', { service: name, problem: 'it ended a call that never began' });
      seqs.delete(of);
      const { seq, ...where } = call;
      record.write({
        service: name,
        kind: kind === 'r' ? 'return' : 'throw',
        ...where,
        of: seq,
        value: { text, hash },
      });
    } else {
      const [kind, what, text, hash] = seen as Extract<Seen, [string, string, string, string]>;
      if (kind === 'log') printed = [...printed.slice(1 - mostPrinted), text.slice(0, longestPrinted)];
      record.write({
        service: name,
        kind,
        what: kind === 'log' ? text : what,
        value: { text: kind === 'log' ? what : text, hash },
      });
    }
  };
  const count = (file: string, fn: number, calls: number): FunctionPlace => {
    const found = functions(file)?.[fn];
    if (!found)
      throw new Failure('SANDBOX_FAILED', { service: name, problem: 'it named a function that is not there' });
    record.ran({ service: name, file, ...found }, calls);
    return found;
  };
  return {
    see,
    count,
    get lastPrinted() {
      return printed.join(' ');
    },
  };
}
