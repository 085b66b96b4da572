import type { Mirror } from '../codebase/mirror.ts';
import type { Tree } from '../codebase/tree.ts';
import type { Visibility } from '../evidence/evidence.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Address, Report, ShownRun } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Sheet } from './sheet.ts';
import type { Sheets } from './sheets.ts';
import { sheetsOf } from './write-sheet.ts';

/** What it takes to give reports a page. */
interface Paging {
  sheets: Sheets;
  scenario(id: string): Promise<Scenario | null>;
  repository(address: Address): Promise<{ name: string; codeUrl?: string; mirror: Mirror }>;
  simulate(plan: Plan, tree: Tree): Promise<Simulation>;
  /** Who may see the page of what a scenario is made from. */
  visibility(scenario: Scenario): Visibility | null;
  /** The address of the page of a sheet for the readers of a thread; none where no pages are served. */
  link(sheet: Sheet, id: string, address: Address): string | undefined;
  onTrouble(thrown: unknown): void;
}

const mostRemembered = 200;

/**
 * Gives every finished report the page of its run. A report told again, since somebody decided something, keeps its
 * page. What goes wrong here is no reason to keep the answer back: the report is told without a page.
 */
export function createPaging(paging: Paging): (address: Address, report: Report) => Promise<Report> {
  const made = new Map<string, { id: string; sheet: Sheet }>();
  const write = async (address: Address, report: Report) => {
    const scenario = report.scenario && (await paging.scenario(report.scenario.id));
    if (!scenario) return undefined;
    const { plan } = scenario;
    const key = JSON.stringify([scenario.id, plan, report.verdict?.revision, report.cause, report.fix]);
    const known = made.get(key);
    if (known) return known;
    const { name, codeUrl, mirror } = await paging.repository(address);
    const { simulate } = paging;
    const visibility = paging.visibility(scenario);
    const found = { repository: name, codeUrl, plan, visibility, report, mirror, simulate };
    const kept = (await sheetsOf(found)).map((sheet) => ({ id: paging.sheets.keep(sheet), sheet }));
    const last = kept.at(-1);
    if (last) made.set(key, last);
    for (const oldest of [...made.keys()].slice(0, Math.max(0, made.size - mostRemembered))) made.delete(oldest);
    return last;
  };
  return async (address, report) => {
    if (report.stage !== 'done' || !report.verdict || report.known.length > 0 || report.failed) return report;
    try {
      const written = await write(address, report);
      if (!written) return report;
      const link = paging.link(written.sheet, written.id, address);
      const page: ShownRun = { id: written.id, ...(link ? { address: link } : {}) };
      return { ...report, page };
    } catch (thrown) {
      paging.onTrouble(thrown);
      return report;
    }
  };
}
