import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { isFailure, tell, tellFault } from '../../errors.ts';
import type { Answer, Terminal } from './answer.ts';
import { bisect } from './bisect.ts';
import { capture } from './capture.ts';
import { cases } from './cases.ts';
import { compare } from './compare.ts';
import { doctor } from './doctor.ts';
import { repair } from './repair.ts';
import { report } from './report.ts';
import type { CliServices } from './services.ts';
import { simulate } from './simulate.ts';
import { trace } from './trace.ts';
import { whatif } from './whatif.ts';
import { world } from './world.ts';

/**
 * The command line of Rehearse: runs what the arguments ask and resolves to the exit code.
 * The services are opened only when a command needs them, so that help is given whatever the settings are.
 */
export async function runProgram(
  argv: string[],
  terminal: Terminal,
  open: () => Promise<CliServices>,
): Promise<number> {
  let code = 0;
  const wantsJson = argv.includes('--json');
  const answering =
    <Options>(command: (services: CliServices, terminal: Terminal) => (options: Options) => Promise<Answer>) =>
    async (...given: unknown[]) => {
      const options = given.at(-2) as Options & { json?: boolean };
      const answer = await command(await open(), terminal)({ ...options, positional: given[0] } as Options);
      terminal.write(options.json ? `${JSON.stringify(answer.document, null, 2)}\n` : `${answer.text}\n`);
      code = answer.code;
    };
  const program = new Command('rehearse')
    .description('Rehearses changes against what is remembered of how the software ought to behave.')
    .showHelpAfterError('`rehearse help <command>` shows what it takes.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => void (wantsJson || terminal.complain(text)),
    });

  onPlan(program.command('simulate').description('Simulate a plan on a revision. Exit 0 holds, 1 violated, 2 unknown.'))
    .option('--rev <revision>', 'branch, tag or commit (default: the tip of the default branch)')
    .action(answering(simulate));
  onPlan(program.command('compare').description('Simulate a plan on two revisions and show where they part.'))
    .requiredOption('--base <revision>', 'the revision before')
    .option('--head <revision>', 'the revision after (default: the tip of the default branch)')
    .action(answering(compare));
  onPlan(program.command('bisect').description('Find the commit and the lines that broke a plan.'))
    .option('--good <revision>', 'a revision where it held (default: searched for)')
    .option('--bad <revision>', 'a revision where it is violated (default: the tip)')
    .option('--neighbour <file...>', 'plans of other scenarios, to tell what else is hit and what stands out')
    .action(answering(bisect));
  onPlan(program.command('repair').description('Find a patch that makes a violated plan hold, and prove it.'))
    .option('--good <revision>', 'a revision where it held (default: searched for)')
    .option('--bad <revision>', 'the revision to be mended (default: the tip)')
    .option('--neighbour <file...>', 'plans whose verdicts must not change')
    .action(answering(repair));
  onPlan(program.command('whatif').description('Simulate a plan over settings, flags, clocks, faults and revisions.'))
    .option('--rev <revisions>', 'one or several, with commas between (default: the tip)')
    .option('--set <NAME=value...>', 'a setting, of all services that read it or of one: billing.FX_ROUNDING=half-even')
    .option('--flag <name=value...>', 'a feature flag: new-proration=on')
    .option('--clock <time...>', 'when it begins: 2026-03-31T23:59:30Z')
    .option('--fault <on=what...>', 'http://fx/rates=timeout, postgres=delay:PT2S')
    .option('--budget <n>', 'the most simulations (default: 40)', whole)
    .action(answering(whatif));
  program
    .command('capture')
    .description('Turn an incident thread into a scenario and explain it.')
    .argument(
      '<thread>',
      'a thread as JSON ({ messages: [{ user, ts, text }] }) or as plain text; - for standard input',
    )
    .requiredOption('--repo <source>', 'folder, bundle or URL of the repository')
    .option('--rev <revision>', 'the revision to hold it against')
    .option('--keep', 'keep the scenario in the database')
    .option('--json', 'print one JSON document')
    .action(answering(capture));
  program
    .command('cases')
    .description('Measure against a folder of real cases.')
    .argument('<folder>')
    .option('--limit <n>', 'at most so many cases', whole)
    .option('--only <id>', 'one case')
    .option('--json', 'print one JSON document')
    .action(answering(cases));
  program
    .command('trace')
    .description('Show what happened in a simulation, event by event.')
    .argument('<hash>', 'as `rehearse simulate` printed it; its first eight signs are enough')
    .option('--from <n>', 'the first event (default: 1)', whole)
    .option('--count <n>', 'how many (default: 100)', whole)
    .option('--kind <kind>', 'only such events: request, query, write, call, log, error …')
    .option('--json', 'print one JSON document')
    .action(answering(trace));
  program
    .command('report')
    .description('Serve the page of a simulation or a finding on this machine.')
    .argument('<hash>', 'as `rehearse simulate` or `capture` printed it; its first eight signs are enough')
    .option('--port <n>', 'port of the page (default: a free one)', whole)
    .action(async (hash: string, options: { port?: number }) => report(await open(), terminal)(hash, options));
  program
    .command('world')
    .description('Show what was discovered of a repository and how each part is modelled.')
    .requiredOption('--repo <source>', 'folder, bundle or URL of the repository')
    .option('--rev <revision>', 'branch, tag or commit')
    .option('--world <file>', 'read as the rehearse.yaml of the repository')
    .option('--json', 'print one JSON document')
    .action(answering(world));
  program
    .command('doctor')
    .description('Check configuration, database, Slack, GitHub and the sandbox.')
    .option('--json', 'print one JSON document')
    .action(answering(doctor));
  program
    .command('migrate')
    .description('Bring the database up to date.')
    .action(async () => terminal.write(`${await (await open()).migrate()}\n`));
  program
    .command('start')
    .description('Listen to Slack and work until stopped.')
    .action(async () => (await open()).start());
  program
    .command('demo')
    .description('A local workspace with three incident threads, on this machine alone.')
    .option('--script', 'do what a person would, print the threads, and end')
    .option('--port <n>', 'port of the page', whole)
    .action(async (options: { script?: boolean; port?: number }) => {
      const { text, well } = await (await open()).demo({ script: options.script ?? false, port: options.port });
      if (text) terminal.write(`${text}\n`);
      code = well ? 0 : 2;
    });

  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return 0;
      if (wantsJson) terminal.write(errorDocument('ARGUMENTS_INVALID', thrown.message));
      return 2;
    }
    const [said, told] = isFailure(thrown) ? [thrown.code, tell(thrown)] : ['FAULT', tellFault(thrown)];
    if (wantsJson) terminal.write(errorDocument(said, told));
    else terminal.complain(`${told}\n`);
    return said === 'CONFIG_INVALID' ? 1 : 2;
  }
}

function errorDocument(code: string, message: string): string {
  return `${JSON.stringify({ error: { code, message } })}\n`;
}

function onPlan(command: Command): Command {
  return command
    .requiredOption('--repo <source>', 'folder, bundle or URL of the repository')
    .requiredOption('--plan <file>', 'the plan, as JSON')
    .option('--world <file>', 'read as the rehearse.yaml of the repository')
    .option('--json', 'print one JSON document');
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('a whole number is wanted');
  return number;
}
