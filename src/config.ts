import { z } from 'zod';
import { Failure } from './errors.ts';

const Flag = z.stringbool();
const Milliseconds = z.coerce.number({ error: 'a whole number of milliseconds is wanted' }).int().positive();
const Optional = z
  .string()
  .trim()
  .transform((text) => text || undefined)
  .optional();

/** `incidents=../shop, billing=https://…` as a table of channel to repository. */
const Channels = z
  .string()
  .default('')
  .transform((text, context) => {
    const pairs = text
      .split(',')
      .map((pair) => pair.trim())
      .filter(Boolean);
    const table = new Map<string, string>();
    for (const pair of pairs) {
      const [, channel, source] = /^#?([^=\s]+)=(\S+)$/.exec(pair) ?? [];
      if (channel && source) table.set(channel, source);
      else context.addIssue({ code: 'custom', message: `"${pair}" is not of the form channel=repository` });
    }
    return table;
  });

const Environment = z.object({
  REHEARSE_FOLDER: z.string().default('.rehearse').describe('Where caches and the embedded database live.'),
  DATABASE_URL: Optional.refine((url) => !url || /^postgres(ql)?:\/\/\S+$/.test(url), {
    message: 'it must read postgres://user:password@host:5432/name',
  }).describe('A Postgres with pgvector; embedded when empty.'),
  REHEARSE_POSTGRES: Optional.refine((url) => !url || (/^postgres(ql)?:\/\/\S+$/.test(url) && URL.canParse(url)), {
    message: 'it must read postgres://user:password@host:5432/name',
  }).describe('A Postgres for rehearsals alone, entered as a superuser: modelled stores are databases on it.'),
  REHEARSE_REPOSITORY: Optional.describe('The repository that is rehearsed: folder, bundle or URL.'),
  REHEARSE_REPOSITORIES: Channels.describe('Other repositories by channel: incidents=…,billing=….'),
  REHEARSE_CODE_URL: Optional.describe('Link to a line: https://…/blob/{commit}/{file}#L{line}.'),
  SLACK_BOT_TOKEN: Optional,
  SLACK_APP_TOKEN: Optional.describe('For Socket Mode.'),
  SLACK_SIGNING_SECRET: Optional.describe('For HTTP instead of Socket Mode.'),
  SLACK_API_URL: z.url().default('https://slack.com/api/'),
  PORT: z.coerce.number({ error: 'a port is wanted, 0 to 65535' }).int().min(0).max(65535).default(3000),
  REHEARSE_WEB_URL: Optional.refine((url) => !url || (URL.canParse(url) && /^https?:/.test(url)), {
    message: 'it must read https://host/ or http://host:port/',
  }).describe('Where people reach the pages of runs; none are served when empty.'),
  REHEARSE_WEB_HOST: z.string().min(1).default('127.0.0.1').describe('The address that the pages listen on.'),
  REHEARSE_WEB_PORT: z.coerce.number({ error: 'a port is wanted, 0 to 65535' }).int().min(0).max(65535).default(3001),
  REHEARSE_LINK_KEY: Optional.refine((key) => !key || key.length >= 32, {
    message: '32 signs or more are wanted',
  }).describe('Signs links to pages, the same in every process; made once and kept in the folder when empty.'),
  REHEARSE_LINK_DAYS: z.coerce.number({ error: 'a number of days is wanted' }).positive().max(3650).default(14),
  GITHUB_TOKEN: Optional.describe('Checked by doctor; git reads repositories with its own credentials of ssh.'),
  GITHUB_API_URL: z.url().default('https://api.github.com'),
  REHEARSE_MODEL: Optional.describe(
    'provider:model for LangChain, such as anthropic:claude-sonnet-4-5; rules only when empty.',
  ),
  REHEARSE_MODEL_URL: Optional.describe('Base URL of the model, when it is not the provider’s own.'),
  REHEARSE_MODEL_KEY: Optional.describe('Key of the model; the provider’s own variable serves too.'),
  REHEARSE_MODEL_TIMEOUT_MS: Milliseconds.default(60_000),
  REHEARSE_EMBEDDINGS: Optional.describe(
    'openai:text-embedding-3-small and the like; a local lexical embedder when empty.',
  ),
  REHEARSE_SIMULATION_TIMEOUT_MS: Milliseconds.default(30_000),
  REHEARSE_SIMULATION_MEMORY_MB: z.coerce
    .number({ error: 'a whole number of megabytes is wanted' })
    .int()
    .min(64)
    .default(512),
  REHEARSE_CONCURRENCY: z.coerce.number({ error: 'a whole number is wanted' }).int().min(1).max(64).default(2),
  REHEARSE_OUTER_WALL: z.enum(['auto', 'bubblewrap', 'none']).default('auto'),
  REHEARSE_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ANTHROPIC_API_KEY: Optional,
  OPENAI_API_KEY: Optional,
  CI: Flag.default(false),
});

/** Everything that can be set, with its default in place. */
export type Config = ReturnType<typeof readConfig>;

/** Reads the configuration from an environment; throws CONFIG_INVALID with every problem at once. */
export function readConfig(environment: Record<string, string | undefined>) {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Failure('CONFIG_INVALID', { problems });
  }
  const set = parsed.data;
  return {
    folder: set.REHEARSE_FOLDER,
    databaseUrl: set.DATABASE_URL,
    repositories: {
      byDefault: set.REHEARSE_REPOSITORY,
      byChannel: set.REHEARSE_REPOSITORIES,
      codeUrl: set.REHEARSE_CODE_URL,
    },
    slack: {
      botToken: set.SLACK_BOT_TOKEN,
      appToken: set.SLACK_APP_TOKEN,
      signingSecret: set.SLACK_SIGNING_SECRET,
      apiUrl: set.SLACK_API_URL,
      port: set.PORT,
    },
    web: {
      isOn: set.REHEARSE_WEB_URL !== undefined,
      url: set.REHEARSE_WEB_URL,
      host: set.REHEARSE_WEB_HOST,
      port: set.REHEARSE_WEB_PORT,
      linkKey: set.REHEARSE_LINK_KEY,
      linkLifeMs: set.REHEARSE_LINK_DAYS * 86_400_000,
    },
    github: { token: set.GITHUB_TOKEN, apiUrl: set.GITHUB_API_URL },
    model: set.REHEARSE_MODEL
      ? {
          name: set.REHEARSE_MODEL,
          baseUrl: set.REHEARSE_MODEL_URL,
          apiKey:
            set.REHEARSE_MODEL_KEY ??
            (set.REHEARSE_MODEL.startsWith('openai:') ? set.OPENAI_API_KEY : set.ANTHROPIC_API_KEY),
          timeoutMs: set.REHEARSE_MODEL_TIMEOUT_MS,
        }
      : undefined,
    embeddings: set.REHEARSE_EMBEDDINGS ? { name: set.REHEARSE_EMBEDDINGS, apiKey: set.OPENAI_API_KEY } : undefined,
    simulation: {
      timeoutMs: set.REHEARSE_SIMULATION_TIMEOUT_MS,
      memoryMb: set.REHEARSE_SIMULATION_MEMORY_MB,
      concurrency: set.REHEARSE_CONCURRENCY,
      outerWall: set.REHEARSE_OUTER_WALL,
      postgresUrl: set.REHEARSE_POSTGRES,
    },
    logLevel: set.REHEARSE_LOG,
    ci: set.CI,
  };
}
