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

/** Two lines on which the faults of the plan befall what is sent to the server, whatever language it is in. */
export function troubled(
  lines: { toServer: Line; toClient: Line },
  { from, names, record, faults, clock }: Between,
): { toServer: Line; toClient: Line } {
  if (!faults.concern(names)) return lines;
  let isSilent = false;
  let due = 0;
  const later = (work: () => void): void => {
    if (due > clock.now()) clock.at(due, work);
    else work();
  };
  const toServer: Line = {
    ...lines.toServer,
    send(bytes) {
      if (isSilent) return;
      const mishap = faults.befallMessage(names);
      if (mishap) record.write({ service: from, kind: 'fault', what: mishapText(mishap) });
      if (mishap?.does === 'timeout') isSilent = true;
      else if (mishap?.does === 'reset') {
        isSilent = true;
        lines.toClient.reset();
        lines.toServer.close();
      } else {
        if (mishap?.does === 'delay') due = Math.max(due, clock.now() + mishap.ms);
        later(() => lines.toServer.send(bytes));
      }
    },
    end: () => later(() => lines.toServer.end()),
    close: () => later(() => lines.toServer.close()),
  };
  const unlessSilent = (work: () => void) => (): void => {
    if (!isSilent) work();
  };
  const toClient: Line = {
    ...lines.toClient,
    end: unlessSilent(lines.toClient.end),
    close: unlessSilent(lines.toClient.close),
  };
  return { toServer, toClient };
}
