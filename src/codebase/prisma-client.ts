import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Installed } from './dependencies.ts';

/** A client that Prisma makes from a schema, where the repository keeps only the schema. */
export interface UnmadeClient {
  /** The schema that asks for it, relative to the tree. */
  schema: string;
  /** The folder that it goes into, relative to the tree. */
  output: string;
  provider: string;
}

const generator = /\bgenerator\s+\w+\s*\{([^}]*)\}/g;
const timeoutMs = 120_000;
const mostBytes = 1 << 20;

/** The clients that the schemas of a tree ask for and that are not among its files. */
export async function unmadeClients(folder: string, files: readonly string[]): Promise<UnmadeClient[]> {
  const found: UnmadeClient[] = [];
  for (const schema of files.filter((file) => file.endsWith('.prisma'))) {
    if (statSync(path.join(folder, schema)).size > mostBytes) continue;
    const text = await readFile(path.join(folder, schema), 'utf8');
    for (const [, body = ''] of text.matchAll(generator)) {
      const [, provider = ''] = /\bprovider\s*=\s*"(prisma-client(?:-js)?)"/.exec(body) ?? [];
      const [, asked = ''] = /\boutput\s*=\s*"([^"]+)"/.exec(body) ?? [];
      const output = path.posix.join(path.posix.dirname(schema), asked);
      const isInside = asked !== '' && !path.posix.isAbsolute(asked) && !output.startsWith('..');
      const isThere = files.some((file) => file.startsWith(`${output}/`));
      if (provider && isInside && !/(^|\/)node_modules(\/|$)/.test(output) && !isThere)
        found.push({ schema, output, provider });
    }
  }
  return found;
}

/**
 * Has the repository's own Prisma make a client, within bubblewrap and without a network: what it needs is in its
 * packages. Where that does not work, the client is a module that says so when it is loaded.
 */
export async function makeClient(
  client: UnmadeClient,
  { folder, installed, isWalled }: { folder: string; installed: readonly Installed[]; isWalled: boolean },
): Promise<void> {
  const why = isWalled ? await generate(client, folder, installed) : 'bubblewrap is needed for that';
  if (why === undefined) return;
  const output = path.join(folder, client.output);
  const says = JSON.stringify(`The Prisma client of ${client.schema} could not be made: ${why}`);
  await mkdir(output, { recursive: true });
  const [name, text] =
    client.provider === 'prisma-client'
      ? ['client.ts', 'export const PrismaClient = refuse();']
      : ['index.js', 'refuse();'];
  await writeFile(path.join(output, name), `function refuse() {\n  throw new Error(${says});\n}\n${text}\n`);
}

/** Undefined when the client is there afterwards, else why it is not. */
async function generate(
  { schema, output }: UnmadeClient,
  folder: string,
  installed: readonly Installed[],
): Promise<string | undefined> {
  const owner = ownerOf(schema, folder);
  if (owner === undefined) return 'the package prisma is not installed';
  const program = path.join(folder, owner, 'node_modules/prisma/build/index.js');
  const hasConfig = ['prisma.config.ts', 'prisma.config.js', 'prisma.config.mjs'].some((name) =>
    existsSync(path.join(folder, owner, name)),
  );
  const asked = hasConfig ? [] : ['--schema', path.join(folder, schema)];
  const node = realpathSync(process.execPath);
  await mkdir(path.join(folder, output), { recursive: true });
  const args = walled({ folder, owner, output, node, readable: installed.map(({ cache }) => cache) });
  const said = await new Promise<string>((resolve) => {
    execFile(
      'bwrap',
      [...args, node, program, 'generate', ...asked],
      { timeout: timeoutMs, maxBuffer: 4 << 20 },
      (failed, out, complaint) => resolve(failed ? `${complaint || out || failed.message}` : ''),
    );
  });
  if (readdirSync(path.join(folder, output)).length > 0) return undefined;
  return said.trim().split('\n').slice(-3).join(' ').slice(0, 300) || 'it wrote nothing';
}

/** The folder, relative to the tree, whose packages have the Prisma that a schema is for. */
function ownerOf(schema: string, folder: string): string | undefined {
  for (let at = path.posix.dirname(schema); ; at = path.posix.dirname(at)) {
    if (existsSync(path.join(folder, at, 'node_modules/prisma/build/index.js'))) return at;
    if (at === '.' || at === '/') return undefined;
  }
}

interface Wall {
  folder: string;
  owner: string;
  output: string;
  node: string;
  readable: string[];
}

/** The schema engine is not had without a download, and making a client never starts it. */
function walled({ folder, owner, output, node, readable }: Wall): string[] {
  const environment = {
    PATH: '/usr/bin:/bin',
    HOME: '/tmp',
    CI: 'true',
    NO_COLOR: '1',
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
    DATABASE_URL: 'postgresql://nobody@localhost:1/none',
  };
  const seen = [
    ...['/usr', '/bin', '/sbin', '/lib', '/lib64'].filter((one) => existsSync(one)),
    path.dirname(node),
    ...readable,
  ];
  return [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv'],
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--tmpfs', '/tmp', '--proc', '/proc', '--dev', '/dev'],
    ...seen.flatMap((one) => ['--ro-bind', one, one]),
    // What trees share is never written to: only the folder of the client is.
    ...['--ro-bind', folder, folder, '--bind', path.join(folder, output), path.join(folder, output)],
    ...['--chdir', path.join(folder, owner)],
  ];
}
