import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { BaseCheckpointSaver } from '@langchain/langgraph';
import { capture } from '../graphs/capture/graph.ts';
import { run } from '../graphs/capture/run.ts';
import type { Memory, Services } from '../graphs/capture/services.ts';
import { createSlack, type SlackOptions } from './adapters/slack/slack.ts';
import { openMirror } from './codebase/git-mirror.ts';
import type { Mirror } from './codebase/mirror.ts';
import { survey } from './codebase/read-survey.ts';
import { nameOf } from './codebase/source.ts';
import type { Config } from './config.ts';
import { openCheckpoints } from './db/checkpoints.ts';
import { type Database, openDatabase } from './db/database.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';
import { blastRadius } from './diagnosis/blast/measure.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { Failure } from './errors.ts';
import { gather } from './evidence/gather.ts';
import {
  type CapturePayload,
  captureJob,
  createIntake,
  tellReport,
  tellWorlds,
  type WhatIfPayload,
  whatIfJob,
} from './jobs/intake.ts';
import { createOutbox } from './jobs/outbox.ts';
import { createQueue, type QueueOptions } from './jobs/queue.ts';
import { workOnWhatIf } from './jobs/what-if.ts';
import type { Log } from './log.ts';
import { openPages } from './pages.ts';
import { createDrafter } from './reasoning/drafter.ts';
import { createEmbedder } from './reasoning/embedder.ts';
import { createPatcher } from './reasoning/model/patch-by-model.ts';
import { repair } from './repair/repair.ts';
import { createMemory } from './scenarios/memory.ts';
import { createPaging } from './scenarios/paged.ts';
import { scenarioId } from './scenarios/scenario-id.ts';
import { openSheets } from './scenarios/sheets.ts';
import { createSimulator } from './simulation/simulator.ts';
import { openTraces } from './simulation/traces.ts';
import { detectOuterWall } from './world/sandbox/outer-wall.ts';

/** What needs no database: mirrors, simulator, makers. */
export type Bench = Awaited<ReturnType<typeof openBench>>;

/** The variables that tools of the machine are found and reach the network by. */
type Environment = Record<string, string | undefined>;

/** Builds what needs no database; disposed of with the stack. */
export async function openBench(config: Config, log: Log, stack: AsyncDisposableStack, environment: Environment) {
  const cacheFolder = await realFolder(path.resolve(config.folder, 'cache'));
  const wanted = config.simulation.outerWall;
  const outerWall = wanted === 'auto' ? await detectOuterWall() : wanted;
  const simulator = stack.use(createSimulator({ cacheFolder, ...config.simulation, outerWall }));
  const mirrors = new Map<string, Promise<Mirror>>();
  const mirror = (source: string, given: { dependencies?: string; world?: string } = {}) => {
    const key = JSON.stringify([source, given]);
    const known = mirrors.get(key)?.then(refreshed);
    const isWalled = outerWall === 'bubblewrap';
    const open = known ?? openMirror({ source, cacheFolder, ...given, environment, isWalled });
    mirrors.set(key, open);
    open.catch(() => mirrors.delete(key));
    return open;
  };
  const drafter = createDrafter({ model: config.model, log });
  const patcher = createPatcher(config.model);
  const simulate: Services['simulate'] = (plan, tree) => simulator.simulate(plan, tree);
  const mend: Services['repair'] = (asked) => repair({ ...asked, simulator, ...(patcher && { patcher }) });
  return {
    cacheFolder,
    outerWall,
    traces: openTraces(cacheFolder),
    mirror,
    simulator,
    simulate,
    survey,
    drafter,
    repair: mend,
    embedder: createEmbedder(config.embeddings),
  };
}

/** A folder that exists, under its own name: the sandbox may read no links that lead to it. */
async function realFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return realpath(folder);
}

/** What came to the source since it was opened is there when it is asked for again. */
async function refreshed(mirror: Mirror): Promise<Mirror> {
  await mirror.refresh();
  return mirror;
}

/** The capture graph over a bench, a memory and whatever it hears and tells by. */
export function openCapture(
  bench: Bench,
  given: Pick<Services, 'thread' | 'repository' | 'reply'> & { memory: Memory },
  checkpointer: BaseCheckpointSaver,
) {
  const { simulator, simulate, drafter, repair, traces } = bench;
  const services: Services = {
    ...given,
    survey,
    drafter,
    simulate,
    diagnose: (asked) => diagnose({ ...asked, simulator, traces }),
    blast: (asked) => blastRadius({ ...asked, simulator, traces }),
    repair,
  };
  return run(capture(services, checkpointer));
}

/** The database as configured, embedded when none is named, brought up to date. */
export async function openStore(config: Config, log: Log, stack: AsyncDisposableStack): Promise<Database> {
  const folder = path.resolve(config.folder);
  const url = config.databaseUrl ?? stack.use(await startEmbedded({ folder })).url;
  await migrate(url);
  return stack.use(
    await openDatabase({ url, onLost: (error) => log.warn({ err: error }, 'a database connection was lost') }),
  );
}

/** What the product is built from. */
interface ProductParts {
  bench: Bench;
  slack: SlackOptions;
  /** No other process works on this database: what it left undone is taken up at once. */
  alone?: boolean;
  /** How patient the queue is with jobs that fail. */
  patience?: Pick<QueueOptions, 'retryLimit' | 'retryDelaySeconds' | 'retryDelayMaxSeconds'>;
  checkpoints?: (database: Database) => Promise<BaseCheckpointSaver>;
}

/** The whole product, listening to Slack. */
export async function openProduct(config: Config, log: Log, stack: AsyncDisposableStack, parts: ProductParts) {
  const { bench } = parts;
  const database = await openStore(config, log, stack);
  const { sql } = database;
  const slack = stack.use(await createSlack(parts.slack, log));
  const queue = stack.use(
    createQueue({
      database,
      log,
      names: [captureJob, whatIfJob],
      alone: parts.alone ?? !config.databaseUrl,
      ...parts.patience,
    }),
  );
  const outbox = stack.use(createOutbox({ sql, courier: slack.courier, log }));
  const memory = createMemory(database, bench.embedder);
  const { byDefault, byChannel, codeUrl } = config.repositories;
  const web = config.web.isOn
    ? await openPages(config, log, stack, {
        scenario: memory.find,
        history: memory.history,
        scenarios: memory.standing,
      })
    : undefined;
  const repository: Services['repository'] = async (address) => {
    const { name } = await slack.channel(address);
    const source = byChannel.get(name) ?? byDefault;
    if (!source) throw new Failure('REPOSITORY_UNNAMED', { channel: name });
    return { name: nameOf(source), codeUrl, mirror: await bench.mirror(source) };
  };
  const paged = createPaging({
    sheets: openSheets(bench.cacheFolder),
    scenario: memory.find,
    repository,
    simulate: bench.simulate,
    visibility: ({ evidence }) => evidence.visibility,
    link: (sheet, id, { channel }) => web?.link(sheet, id, channel),
    onTrouble: (thrown) => log.warn({ err: thrown }, 'a report is told without its page'),
  });
  const work = openCapture(
    bench,
    {
      memory,
      async thread(address) {
        const channel = await slack.channel(address);
        return gather(await slack.thread(address), { channel });
      },
      repository,
      async reply(address, report) {
        await tellReport(sql, address, web ? await paged(address, report) : report);
        outbox.wake();
      },
    },
    await (parts.checkpoints ?? openCheckpoints)(database),
  );
  await queue.start();
  await queue.work<CapturePayload>(captureJob, ({ payload }) => work(payload), {
    concurrency: config.simulation.concurrency,
    onDead: ({ payload, reason }) =>
      tellReport(sql, payload.address, {
        stage: 'done',
        repository: '',
        known: [],
        failed: `I could not finish this: ${reason} Ask me again with “remember this”.`,
      }),
  });
  const turn = workOnWhatIf({
    scenario: (address) => memory.find(scenarioId(address)),
    repository,
    simulator: bench.simulator,
    traces: bench.traces,
    async tell(payload, told) {
      await tellWorlds(sql, payload, told);
      outbox.wake();
    },
  });
  await queue.work<WhatIfPayload>(whatIfJob, ({ payload }) => turn(payload), {
    concurrency: 1,
    onDead: ({ payload, reason }) => tellWorlds(sql, payload, { sentence: `I could not finish this: ${reason}` }),
  });
  outbox.start();
  const intake = createIntake({ sql, queue });
  await slack.start({ ...intake, scenario: (address) => memory.find(scenarioId(address)) });
  return { database, told: intake.told, mirror: (source: string) => bench.mirror(source) };
}
