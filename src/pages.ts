import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CliServices } from './adapters/cli/services.ts';
import { sheetAddress } from './adapters/web/addresses.ts';
import { linkKey } from './adapters/web/link-key.ts';
import { terminal } from './adapters/web/links.ts';
import type { WebServices } from './adapters/web/services.ts';
import { linksUnder, startWeb, type Web } from './adapters/web/web.ts';
import { nameOf } from './codebase/source.ts';
import type { Config } from './config.ts';
import { Failure } from './errors.ts';
import type { Log } from './log.ts';
import type { ShownRun } from './scenarios/report.ts';
import type { Sheet } from './scenarios/sheet.ts';
import { openSheets } from './scenarios/sheets.ts';
import { comparisonSheet, runOf, simulationSheet } from './scenarios/write-sheet.ts';
import { compare } from './simulation/comparison/compare.ts';
import type { Plan } from './simulation/plan.ts';
import { openTraces, type Traces } from './simulation/traces.ts';

/** The pages of runs, served as configured; what is remembered is shown where it is given. */
export async function openPages(
  { folder, web }: Config,
  log: Log,
  stack: AsyncDisposableStack,
  memory?: WebServices['memory'],
): Promise<Web> {
  const cacheFolder = path.resolve(folder, 'cache');
  const sheets = openSheets(cacheFolder);
  const traces = openTraces(cacheFolder);
  const { host, port, url, linkLifeMs } = web;
  const options = {
    host,
    port,
    linkLifeMs,
    key: linkKey(path.resolve(folder), web.linkKey),
    ...(url ? { baseUrl: url } : {}),
  };
  const services = {
    sheet: sheets.find,
    sheetsOf: sheets.ofTrace,
    openTrace: traces.open,
    ...(memory ? { memory } : {}),
  };
  return stack.use(await startWeb(options, services, log));
}

/** Links for whoever sits at the machine itself, to pages that another process serves; none where none are configured. */
export function linkAlone({ folder, web }: Config): ((sheet: Sheet, id: string) => string) | undefined {
  const { url, linkKey: configured, linkLifeMs } = web;
  if (!url) return undefined;
  const links = linksUnder(url, { key: linkKey(path.resolve(folder), configured), linkLifeMs });
  return (sheet, id) => links.to(sheetAddress(sheet, id), terminal);
}

/** What the commands about pages simulate with, and where it is kept. */
interface Bench {
  cacheFolder: string;
  traces: Traces;
  simulate: CliServices['simulate'];
}

/** What the commands do about pages; whatever they make, only those at the terminal may see. */
export function terminalPages(
  config: Config,
  log: Log,
  given: { stack: AsyncDisposableStack; bench: () => Promise<Bench>; interrupted: () => Promise<void> },
): Pick<CliServices, 'keepPage' | 'showPage' | 'compare'> {
  const about = (repository: string, plan: Plan) => {
    const { codeUrl } = config.repositories;
    return { repository: namedEverywhere(repository), codeUrl, plan, visibility: null };
  };
  const kept = (cacheFolder: string, sheet: Sheet): ShownRun => {
    const id = openSheets(cacheFolder).keep(sheet);
    return { id, address: linkAlone(config)?.(sheet, id) };
  };
  return {
    async keepPage({ repository, plan, revision, simulation }) {
      const { cacheFolder } = await given.bench();
      return kept(cacheFolder, simulationSheet(about(repository, plan), revision, simulation));
    },
    async showPage({ id, port, onOpen }) {
      const found = openSheets(path.resolve(config.folder, 'cache')).find(id);
      if (!found) throw new Failure('TRACE_UNKNOWN', { trace: id });
      const web = { ...config.web, url: undefined, host: '127.0.0.1', port };
      const pages = await openPages({ ...config, web }, log, given.stack);
      onOpen(pages.link(found.sheet, found.id, terminal));
      await given.interrupted();
    },
    async compare({ repository, plan, base, head }) {
      const { simulate, cacheFolder, traces } = await given.bench();
      const [before, after] = [await simulate(plan, base.tree), await simulate(plan, head.tree)];
      const comparison = compare(before, after, traces);
      const runs: [base: ReturnType<typeof runOf>, head: ReturnType<typeof runOf>] = [
        runOf(base.revision, before),
        runOf(head.revision, after),
      ];
      return { comparison, page: kept(cacheFolder, comparisonSheet(about(repository, plan), comparison, runs)) };
    },
  };
}

/** A repository under the name by which it is found from every folder. */
export function namedEverywhere(repository: string): string {
  return existsSync(repository) ? path.resolve(repository) : nameOf(repository);
}
