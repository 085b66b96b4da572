import { execFile } from 'node:child_process';
import { Failure } from '../errors.ts';

/** How one run of git is bounded and fed. */
export interface Run {
  input?: string | Buffer;
  /** An index file of its own, so that nothing is shared between runs. */
  index?: string;
  timeoutMs?: number;
  maxBytes?: number;
}

/** What git answered. */
export interface Answer {
  code: number;
  out: Buffer;
  said: string;
}

/** The git binary on one bare repository, deaf to the user's configuration, hooks, filters and prompts. */
export interface Git {
  readonly folder: string;
  /** Runs git and returns what it wrote; throws REPOSITORY_UNREADABLE when it refuses. */
  text(args: string[], run?: Run): Promise<string>;
  bytes(args: string[], run?: Run): Promise<Buffer>;
  /** Runs git and returns how it ended, whatever that is. */
  attempt(args: string[], run?: Run): Promise<Answer>;
}

/** Where git and what it needs are found when the caller does not say. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const settings = [
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'core.fsmonitor=false',
  'core.symlinks=true',
  'core.autocrlf=false',
  'core.bigFileThreshold=64m',
  'credential.helper=',
  'credential.interactive=false',
  'fetch.recurseSubmodules=false',
  'submodule.recurse=false',
  'protocol.allow=never',
  'protocol.file.allow=always',
  'protocol.https.allow=always',
  'protocol.http.allow=always',
  'protocol.ssh.allow=always',
  'gc.auto=0',
  'maintenance.auto=false',
  'diff.renames=false',
  'log.showSignature=false',
].flatMap((setting) => ['-c', setting]);

/** Where git works, with which configuration file, and what it needs to find itself and the network. */
export interface GitOptions {
  folder: string;
  config: string;
  path?: string;
  network?: Record<string, string>;
}

/** Opens git on a bare repository; of the user's configuration it sees the one file that is given. */
export function openGit({ folder, path = defaultPath, config, network = {} }: GitOptions): Git {
  const environment = {
    ...network,
    PATH: path,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: config,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_AUTHOR_NAME: 'Rehearse',
    GIT_AUTHOR_EMAIL: 'rehearse@localhost',
    GIT_COMMITTER_NAME: 'Rehearse',
    GIT_COMMITTER_EMAIL: 'rehearse@localhost',
  };
  const attempt = (args: string[], { input, index, timeoutMs = 60_000, maxBytes = 256 << 20 }: Run = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const child = execFile(
        'git',
        [...settings, ...args],
        {
          cwd: folder,
          env: index ? { ...environment, GIT_INDEX_FILE: index } : environment,
          encoding: 'buffer',
          maxBuffer: maxBytes,
          timeout: timeoutMs,
          killSignal: 'SIGKILL',
        },
        (failed, out, said) => {
          const code = failed ? failed.code : 0;
          if (typeof code === 'number') resolve({ code, out, said: said.toString('utf8').trim() });
          else reject(unusable(args, failed));
        },
      );
      child.stdin?.on('error', () => child.stdin?.destroy());
      child.stdin?.end(input);
    });
  const bytes = async (args: string[], run?: Run) => {
    const { code, out, said } = await attempt(args, run);
    if (code === 0) return out;
    throw new Failure('REPOSITORY_UNREADABLE', { git: args[0], says: lastLine(said) });
  };
  return { folder, attempt, bytes, text: async (args, run) => (await bytes(args, run)).toString('utf8') };
}

function unusable(args: string[], failed: unknown): Failure {
  const said = failed instanceof Error ? failed.message : String(failed);
  const says = said.includes('ENOENT')
    ? 'the git binary was not found on the PATH'
    : said.includes('maxBuffer')
      ? 'its answer is larger than the limit'
      : Object(failed).killed === true
        ? 'it was stopped at its time limit'
        : 'git ended before it was through';
  return new Failure('REPOSITORY_UNREADABLE', { git: args[0], says }, { cause: failed });
}

const forNetwork =
  /^((https?|all|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|GIT_SSL_CA(INFO|PATH)|SSH_AUTH_SOCK)$/i;
const forRegistry =
  /^npm_config_(registry|ca|cafile|cache|proxy|https?_proxy|noproxy|strict_ssl|userconfig|globalconfig|@.*|\/\/.*)$/i;

/** Of an environment, what git and npm need to reach the network: proxies, certificates, the registry; nothing else. */
export function networkOf(environment: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && (forNetwork.test(name) || forRegistry.test(name)) ? [[name, value]] : [],
    ),
  );
}

/** The last line that a tool wrote, which is the one that says why. */
export function lastLine(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim());
  return (lines.findLast((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? 'no reason given').slice(0, 300);
}
