import type { Sql } from '../db/sql.ts';
import type { Deed, Happening } from '../scenarios/deed.ts';
import { type Address, type Report, reportKey } from '../scenarios/report.ts';
import { claim } from './claims.ts';
import { say } from './outbox.ts';
import type { Queue } from './queue.ts';
import { said } from './replies.ts';

/** The name of the jobs that work on a thread. */
export const captureJob = 'capture';

/** What a capture job carries. */
export interface CapturePayload {
  address: Address;
  happened: Happening;
}

/** What can be told: a report, or one sentence. */
export type Told = { report: Report } | { sentence: string };

/** What somebody did, with all the names under which it may come in again. */
interface Taken {
  keys: string[];
  address: Address;
  by: string;
  deed: Deed;
}

/** Takes in what people do, claimed and queued in one transaction: twice-delivered is once-done, and nothing is lost. */
export function createIntake({ sql, queue }: { sql: Sql; queue: Queue }) {
  return {
    take({ keys, address, by, deed }: Taken): Promise<boolean> {
      return sql.begin(async (within) => {
        if (!(await claim(within, keys))) return false;
        const payload: CapturePayload = { address, happened: { ...deed, by, job: keys.join(' ') } };
        await queue.add(captureJob, payload, { key: reportKey(address), sql: within });
        return true;
      });
    },

    say({ keys, address, sentence }: { keys: string[]; address: Address; sentence: string }): Promise<void> {
      return sql.begin(async (within) => {
        if (await claim(within, keys)) await say(within, { key: `say:${keys.join(' ')}`, address, body: { sentence } });
      });
    },

    async told(address: Address): Promise<Report | null> {
      const body = await said<Told>(sql, reportKey(address));
      return body && 'report' in body ? body.report : null;
    },
  };
}

/** Tells a thread its report. */
export function tellReport(sql: Sql, address: Address, report: Report): Promise<void> {
  return say(sql, { key: reportKey(address), address, body: { report } satisfies Told });
}
