import { z } from 'zod';
import { Failure } from '../errors.ts';
import { isShallow } from '../world/cleaned.ts';
import { durationMs } from '../world/duration.ts';

const duration = /P(?!$)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?/.source;
const longestMs = 100 * 366 * 86_400_000;
const isBearable = (text: string) => durationMs(text) <= longestMs;
const Duration = z
  .string()
  .regex(new RegExp(`^${duration}$`), 'an ISO 8601 duration such as PT1H')
  .refine(isBearable, 'at most a hundred years');
const longestText = 8 << 20;
const Json: z.ZodType<unknown> = z.unknown();
const Name = z.string().min(1).max(200);
const Id = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'a name made of letters, digits and _');
const Operation = z
  .string()
  .regex(/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*$/, 'a method and a path such as "POST /emails"');

const Sent = z
  .string()
  .regex(
    /^((GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*|MAIL)$/,
    'a method and a path such as "POST /emails", or MAIL',
  );

const rate = /throttle:(?:0\.[1-9]|[1-9]\d*(?:\.\d)?)(?:B|kB|MB)\/s/.source;

const Fault = z
  .strictObject({
    on: Name,
    nth: z.int().positive().optional(),
    do: z
      .string()
      .regex(
        new RegExp(
          `^(timeout|refuse|reset|rate-limit|status:[1-5]\\d\\d|drop:(0?\\.\\d+|1)|delay:${duration}|${rate})$`,
        ),
        'timeout, refuse, reset, rate-limit, status:503, drop:0.1, delay:PT2S or throttle:10kB/s',
      )
      .refine((text) => !text.startsWith('delay:') || isBearable(text.slice(6)), 'a delay of at most a hundred years'),
  })
  .refine((fault) => fault.nth === undefined || !fault.do.startsWith('throttle'), 'a throttled link has no nth time');

const Reply = z.strictObject({
  status: z.int().min(100).max(599).default(200),
  headers: z.record(z.string(), z.string()).default({}),
  body: Json.optional(),
  /** How long the API takes. */
  after: Duration.optional(),
});

const Webhook = z.strictObject({
  to: Name,
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  path: z.string().startsWith('/'),
  headers: z.record(z.string(), z.string()).default({}),
  body: Json.optional(),
  /** Counted from the reply. */
  after: Duration.default('PT0S'),
  sign: z.strictObject({ as: z.enum(['stripe', 'github', 'standard']), secret: z.string().min(1) }).optional(),
});

const rateOf = {
  requests: z.int().positive(),
  per: Duration.refine((text) => durationMs(text) > 0, 'longer than nothing'),
};

/**
 * What an API answers to an operation: several replies come in turn, the last for ever. `where` is a check over the
 * request; replies and webhooks may speak of it too: `{{request.body.id}}`, `{{request.params.id}}`.
 */
const Api = z.strictObject({
  host: Name,
  on: Operation,
  where: z.string().min(1).optional(),
  reply: z.union([Reply, z.array(Reply).min(1)]),
  /** How often this operation may be asked, by all callers together. */
  limit: z.strictObject(rateOf).optional(),
  /** Webhooks that follow each reply below 400. */
  then: z.array(Webhook).max(20).optional(),
});

/** The same for a whole API, or for an operation that a document or a recording answers. */
const Limit = z.strictObject({ host: Name, on: Operation.optional(), ...rateOf });

const Given = z.union([
  z.strictObject({
    rows: z.strictObject({ store: Name, table: Name, rows: z.array(z.record(z.string(), Json)).min(1) }),
  }),
  z.strictObject({ sql: z.strictObject({ store: Name, text: z.string().min(1) }) }),
  z.strictObject({ keys: z.strictObject({ store: Name, set: z.record(z.string(), z.string()) }) }),
  z.strictObject({ api: Api }),
  z.strictObject({ limit: Limit }),
]);

const Follow = z.union([
  z.strictObject({ call: Name, args: z.array(Json).default([]) }),
  z.strictObject({ get: Name }),
]);

const Publish = z
  .strictObject({ queue: Name.optional(), topic: Name.optional(), message: Json, key: z.string().optional() })
  .refine(({ queue, topic }) => (queue === undefined) !== (topic === undefined), 'a queue or a topic to publish to');

const When = z.union([
  z.strictObject({
    http: z.strictObject({
      id: Id,
      to: Name,
      method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
      path: z.string().startsWith('/'),
      headers: z.record(z.string(), z.string()).default({}),
      body: Json.optional(),
    }),
  }),
  z.strictObject({ advance: Duration }),
  z.strictObject({ publish: Publish }),
  z.strictObject({
    call: z.strictObject({
      id: Id,
      module: Name,
      export: Name.nullish(),
      args: z.array(Json).default([]),
      new: z.boolean().optional(),
      then: z.array(Follow).optional(),
    }),
  }),
  z.strictObject({ test: z.strictObject({ id: Id, file: Name, name: z.string().optional() }) }),
  z.strictObject({ browse: z.strictObject({ id: Id, to: Name, steps: z.array(Json) }) }),
]);

const Then = z.union([
  z.strictObject({ check: z.string().min(1) }),
  z.strictObject({ sql: z.strictObject({ store: Name, text: z.string().min(1), check: z.string().min(1) }) }),
  z.strictObject({ sent: z.strictObject({ to: Name, on: Sent, times: z.int().nonnegative().default(1) }) }),
  z.strictObject({
    never: z
      .string()
      .regex(
        /^(unhandled-error|log-level:\w+|status:[1-5](xx|\d\d))$/,
        'unhandled-error, log-level:error or status:5xx',
      ),
  }),
]);

const World = z.strictObject({
  clock: z.iso.datetime({ offset: true }).optional(),
  seed: z.int().optional(),
  env: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  flags: z.record(z.string(), z.union([z.boolean(), z.string(), z.number()])).optional(),
  faults: z.array(Fault).optional(),
});

/**
 * The plan of a scenario: given, when, then, in the format of version 1. Steps may speak of the results of earlier
 * ones: `"authorization": "Bearer {{login.body.token}}"`.
 */
export const Plan = z.strictObject({
  plan: z.literal(1),
  world: World.optional(),
  given: z.array(Given).default([]),
  when: z.array(When).min(1).refine(hasOwnIds, 'every step needs an id of its own, since the checks name steps by it'),
  then: z.array(Then).min(1),
});

/** Whether no two steps share an id: of two results under one name the first would be lost in silence. */
function hasOwnIds(steps: z.infer<typeof When>[]): boolean {
  const ids = steps.flatMap((step) =>
    Object.values(step).flatMap((taken) => (Object(taken).id ? [Object(taken).id] : [])),
  );
  return new Set(ids).size === ids.length;
}

/** A scenario grounded in code: typed JSON, the only thing a simulation obeys. */
export type Plan = z.infer<typeof Plan>;
/** What stands in the world before the first step: rows, SQL, keys of a Redis, the reply of an API, or its limit. */
export type Given = z.infer<typeof Given>;
/** What an API answers, and what it does after. */
export type GivenApi = z.infer<typeof Api>;
/** One answer of an API. */
export type GivenReply = z.infer<typeof Reply>;
/** A request that an API sends by itself, later. */
export type Webhook = z.infer<typeof Webhook>;
/** How often an API may be asked. */
export type GivenLimit = z.infer<typeof Limit>;
/** One step that is taken: a request, virtual time, a message, a call. */
export type When = z.infer<typeof When>;
/** A message, and the queue or topic that it is for; the key of a message decides about its partition. */
export type Published = z.infer<typeof Publish>;
/** One expectation: a check over the results, what a store holds, what was sent, or what never happens. */
export type Then = z.infer<typeof Then>;
/** Something that goes wrong between services, stores and APIs: where, the how manyeth time, and what. */
export type Fault = z.infer<typeof Fault>;

/** Reads a plan from parsed JSON or from its text; throws PLAN_INVALID with every problem at once. */
export function parsePlan(input: unknown): Plan {
  const given = typeof input === 'string' ? fromText(input) : input;
  if (!isShallow(given)) throw new Failure('PLAN_INVALID', { problems: ['it is nested too deeply'] });
  const parsed = Plan.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Failure('PLAN_INVALID', {
    problems: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'plan'}: ${issue.message}`),
  });
}

/** A step whose references were filled in; throws PLAN_INVALID where what they gave does not fit. */
export function stepOf(filled: unknown): When {
  const parsed = When.safeParse(filled);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'a step'}: ${issue.message}`);
  throw new Failure('PLAN_INVALID', { problems: problems.map((one) => `once its references are filled in, ${one}`) });
}

function fromText(text: string): unknown {
  if (text.length > longestText)
    throw new Failure('PLAN_INVALID', { problems: [`it is longer than ${longestText >> 20} MB`] });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('PLAN_INVALID', { problems: ['it is not JSON'] }, { cause });
  }
}
