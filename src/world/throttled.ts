import type { Record as Recording } from '../simulation/record.ts';
import type { WorldClock } from './clock.ts';
import { type Faults, mishapText } from './faults.ts';
import type { Line } from './network.ts';

interface Between {
  from: string;
  names: readonly string[];
  record: Recording;
  faults: Faults;
  clock: WorldClock;
}

/** Two lines that let only so many bytes pass in a second of the world's time, each way. */
export function throttled(
  lines: { toServer: Line; toClient: Line },
  { from, names, record, faults, clock }: Between,
): { toServer: Line; toClient: Line } {
  const bytesPerSecond = faults.bytesPerSecond(names);
  if (bytesPerSecond === undefined) return lines;
  record.write({ service: from, kind: 'fault', what: mishapText({ does: 'throttle', bytesPerSecond }) });
  return {
    toServer: slow(lines.toServer, bytesPerSecond, clock),
    toClient: slow(lines.toClient, bytesPerSecond, clock),
  };
}

const partsPerSecond = 4;
const smallest = 256;

function slow(line: Line, bytesPerSecond: number, clock: WorldClock): Line {
  const part = Math.max(smallest, Math.ceil(bytesPerSecond / partsPerSecond));
  /** When everything that was sent has passed. */
  let free = 0;
  const after = (work: () => void): void => {
    if (free > clock.now()) clock.at(Math.ceil(free), work);
    else work();
  };
  return {
    send(bytes) {
      for (let at = 0; at < bytes.length; at += part) {
        const some = bytes.subarray(at, at + part);
        free = Math.max(free, clock.now()) + (some.length / bytesPerSecond) * 1_000;
        after(() => line.send(some));
      }
    },
    end: () => after(() => line.end()),
    close: () => after(() => line.close()),
    reset: () => line.reset(),
    hold: (isHeld) => line.hold(isHeld),
  };
}
