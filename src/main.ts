#!/usr/bin/env node
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { MemorySaver } from '@langchain/langgraph';
import type { Terminal } from './adapters/cli/answer.ts';
import { runProgram } from './adapters/cli/program.ts';
import type { CliServices } from './adapters/cli/services.ts';
import { threadFrom } from './adapters/cli/thread-file.ts';
import { checkGitHub } from './adapters/github/check.ts';
import { checkSlack } from './adapters/slack/check.ts';
import { type Config, readConfig } from './config.ts';
import { blastRadius } from './diagnosis/blast/measure.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { Failure, tell } from './errors.ts';
import { gather } from './evidence/gather.ts';
import { measureCases } from './local/cases/measure.ts';
import { playDemo } from './local/demo/demo.ts';
import { clonable } from './local/demo/history.ts';
import { createLog, type Log } from './log.ts';
import { linkAlone, namedEverywhere, terminalPages } from './pages.ts';
import { type Bench, openBench, openCapture, openProduct, openStore } from './product.ts';
import { createMemory, createPassingMemory } from './scenarios/memory.ts';
import { createPaging } from './scenarios/paged.ts';
import { type Report, reportKey } from './scenarios/report.ts';
import { openSheets } from './scenarios/sheets.ts';
import { examineSandbox } from './simulation/examine.ts';
import { whatIf } from './simulation/whatif/what-if.ts';
import { discover } from './world/discover.ts';
import { examineServer } from './world/postgres/remote/cluster.ts';

function commands(config: Config, log: Log, stack: AsyncDisposableStack, terminal: Terminal): CliServices {
  let opened: Promise<Bench> | undefined;
  const bench = () => {
    opened ??= openBench(config, log, stack, process.env);
    return opened;
  };
  return {
    mirror: async (source, world) =>
      (await bench()).mirror(
        await clonable(source, config.folder),
        world === undefined ? {} : { world: await textOf(world) },
      ),
    simulate: async (plan, tree) => (await bench()).simulate(plan, tree),
    ...terminalPages(config, log, { stack, bench, interrupted }),
    async whatIf(asked) {
      const { simulator, traces } = await bench();
      return whatIf({ ...asked, simulator, traces });
    },
    openTrace: async (hash) => (await bench()).traces.open(hash),
    diagnose: async (asked) => {
      const { simulator, traces } = await bench();
      return diagnose({ ...asked, simulator, traces });
    },
    async blast(asked) {
      const { simulator, traces } = await bench();
      return blastRadius({ ...asked, simulator, traces });
    },
    repair: async (asked) => (await bench()).repair(asked),
    discover,
    postgresServer: placeOf(config.simulation.postgresUrl),
    cases: async (asked) => measureCases({ ...asked, ...(await bench()) }),
    capture: async (asked) => captureFile(config, log, stack, await bench(), asked),
    async migrate() {
      await using inner = new AsyncDisposableStack();
      await openStore(config, log, inner);
      return 'The database is up to date.';
    },
    doctor: async () => examine(config, await bench(), log),
    async start() {
      const { botToken, appToken, signingSecret, apiUrl, port } = config.slack;
      if (!botToken || !(appToken ?? signingSecret))
        throw new Failure('CONFIG_INVALID', {
          problems: [
            'SLACK_BOT_TOKEN and one of SLACK_APP_TOKEN or SLACK_SIGNING_SECRET are needed; try `npm run demo` without any',
          ],
        });
      await openProduct(config, log, stack, {
        bench: await bench(),
        slack: { botToken, appToken, signingSecret, apiUrl, port },
      });
      log.info('Rehearse listens to Slack');
      await interrupted();
    },
    demo: (asked) =>
      playDemo({
        ...asked,
        config,
        stack,
        interrupted,
        say: (line) => (asked.script ? terminal.progress(line) : terminal.write(`${line}\n`)),
        open: async (settings, slack) =>
          openProduct(settings, log, stack, {
            bench: await openBench(settings, log, stack, process.env),
            slack,
            alone: true,
          }),
      }),
  };
}

/** A file that a person named; throws INPUT_UNREADABLE. */
async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause) => {
    throw new Failure('INPUT_UNREADABLE', { file }, { cause });
  });
}

async function captureFile(
  config: Config,
  log: Log,
  stack: AsyncDisposableStack,
  bench: Bench,
  asked: Parameters<CliServices['capture']>[0],
): Promise<Report> {
  const { messages, channel } = threadFrom(asked.input);
  const mirror = await bench.mirror(await clonable(asked.repository, config.folder));
  const pinned = asked.revision ? { ...mirror, tip: () => mirror.resolve(asked.revision ?? '') } : mirror;
  // The same thread about the same repository is the same scenario; another text is another one.
  const thread = createHash('sha256').update(`${asked.repository}\n${asked.input}`).digest('hex').slice(0, 20);
  const address = { team: 'file', channel: channel.name, thread };
  const told = new Map<string, Report>();
  const memory = asked.keep ? createMemory(await openStore(config, log, stack), bench.embedder) : createPassingMemory();
  const repository = async () => ({ name: asked.repository, codeUrl: config.repositories.codeUrl, mirror: pinned });
  const paged = createPaging({
    sheets: openSheets(bench.cacheFolder),
    scenario: memory.find,
    repository: async () => ({ ...(await repository()), name: namedEverywhere(asked.repository) }),
    simulate: bench.simulate,
    visibility: () => null,
    link: linkAlone(config) ?? (() => undefined),
    onTrouble: (thrown) => log.warn({ err: thrown }, 'the run is told without its page'),
  });
  const work = openCapture(
    bench,
    {
      memory,
      thread: () => gather(messages, { channel, source: 'file' }),
      repository,
      async reply(to, report) {
        told.set(reportKey(to), await paged(to, report));
        asked.onProgress(report);
      },
    },
    new MemorySaver(),
  );
  await work({ address, happened: { kind: 'again', job: 'file', by: 'file' } });
  if (asked.keep) await work({ address, happened: { kind: 'keep', job: 'keep', by: 'file' } });
  return (
    told.get(reportKey(address)) ?? {
      stage: 'done',
      repository: asked.repository,
      known: [],
      failed: 'Nothing was told.',
    }
  );
}

async function examine(config: Config, bench: Bench, log: Log): ReturnType<CliServices['doctor']> {
  const { botToken, appToken, apiUrl } = config.slack;
  const { token, apiUrl: githubUrl } = config.github;
  await using stack = new AsyncDisposableStack();
  const database = await openStore(config, log, stack).then(
    () => ({ well: true, says: config.databaseUrl ? 'reached and up to date' : `embedded, in ${config.folder}` }),
    (thrown) => ({ well: false, says: tell(thrown) }),
  );
  const slack = botToken
    ? await checkSlack({ botToken, appToken, apiUrl })
    : { well: false, says: 'no SLACK_BOT_TOKEN: only the local workspace works (npm run demo)' };
  const github = token
    ? await checkGitHub({ token, apiUrl: githubUrl })
    : { well: false, says: 'no GITHUB_TOKEN: nothing needs it yet' };
  return [
    { name: 'configuration', well: true, needed: true, says: 'every setting parses' },
    { name: 'database', needed: true, ...database },
    { name: 'slack', needed: Boolean(botToken), ...slack },
    { name: 'github', needed: Boolean(token), ...github },
    ...(await examineStores(config)),
    ...(await examineSandbox(bench)),
  ];
}

async function examineStores({ simulation: { postgresUrl } }: Config): ReturnType<CliServices['doctor']> {
  if (postgresUrl === undefined) return [];
  const found = await examineServer(postgresUrl).then(
    (says) => ({ well: true, says }),
    (thrown) => ({ well: false, says: tell(thrown) }),
  );
  return [{ name: 'stores', needed: true, ...found }];
}

/** Where a server is, without its user and password. */
function placeOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).host;
}

/** Resolves when somebody stops a command that would go on for ever; then that is its end, and a good one. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => void waiting.push(resolve));
}

/** Those who go on until they are told to stop; listeners are never exchanged, since a signal in between would be lost. */
const waiting: (() => void)[] = [];

const signals = ['SIGINT', 'SIGTERM'] as const;

/** A command that is stopped half-way leaves nothing running behind it. */
function stopCleanly(stack: AsyncDisposableStack): AbortSignal {
  const codes = { SIGINT: 130, SIGTERM: 143 };
  const stopping = new AbortController();
  for (const signal of signals)
    process.once(signal, () => {
      if (waiting.length > 0) return waiting.forEach((resolve) => void resolve());
      stopping.abort();
      setTimeout(() => process.exit(codes[signal]), 5_000).unref();
      void stack.disposeAsync().finally(() => process.exit(codes[signal]));
    });
  return stopping.signal;
}

if (import.meta.main) {
  await using stack = new AsyncDisposableStack();
  const stopped = stopCleanly(stack);
  const terminal = {
    write: (text: string) => void process.stdout.write(text),
    complain: (text: string) => void (stopped.aborted || process.stderr.write(text)),
    progress: (text: string) => void (process.stderr.isTTY && process.stderr.write(`\r\u001b[K${text}`)),
  };
  process.exitCode = await runProgram(process.argv.slice(2), terminal, async () => {
    const config = readConfig(process.env);
    await mkdir(config.folder, { recursive: true }).catch((cause) => {
      throw new Failure('FOLDER_UNUSABLE', { folder: config.folder, says: tell(cause) }, { cause });
    });
    return commands(config, createLog(config.logLevel), stack, terminal);
  });
}
