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

/** The name of the jobs that turn the knobs of a scenario's world. */
export const whatIfJob = 'what-if';

/** What a what-if job carries, and the key of the reply that it edits. */
export interface WhatIfPayload {
  address: Address;
  reply: string;
}

/** What can be told: a report, a matrix of worlds as lines, or one sentence. */
export type Told = { report: Report } | { worlds: string[] } | { sentence: string };

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

    /** Queues a what-if about the scenario of a thread and says so there, once for all who claim with the same keys. */
    whatIf({ keys, address }: { keys: string[]; address: Address }): Promise<void> {
      return sql.begin(async (within) => {
        if (!(await claim(within, keys))) return;
        const reply = `what-if:${keys.join(' ')}`;
        const payload: WhatIfPayload = { address, reply };
        const sentence = 'I turn what the run was seen to read, one by one and in pairs …';
        await say(within, { key: reply, address, body: { sentence } });
        await queue.add(whatIfJob, payload, { key: reply, sql: within });
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

/** Tells a thread what a what-if came to, in the place of what was said when it began. */
export function tellWorlds(
  sql: Sql,
  { address, reply }: WhatIfPayload,
  told: Exclude<Told, { report: Report }>,
): Promise<void> {
  return say(sql, { key: reply, address, body: told });
}

/** Tells a thread its report. */
export function tellReport(sql: Sql, address: Address, report: Report): Promise<void> {
  return say(sql, { key: reportKey(address), address, body: { report } satisfies Told });
}
