import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { CallFault } from '../faults.ts';
import type { State, Workspace } from '../state.ts';
import { Arguments, argumentsOf } from './arguments.ts';
import type { Method } from './call.ts';
import type { Rates } from './rates.ts';
import { Refusal } from './refusal.ts';

/** What the Web API needs beside the state. */
export interface ApiOptions {
  state: State;
  rates: Rates;
  methods: Record<string, Method>;
  /** The address for Socket Mode of a new connection. */
  socketUrl(): string;
}

interface Answered {
  status: number;
  answer: Record<string, unknown>;
  headers?: Record<string, string>;
}

type Request = Context<{ Bindings: HttpBindings }>;

/** Answers a call of the Web API: weather, token, rate, the method itself; everything is noted in the journal. */
export async function answerCall(options: ApiOptions, context: Request): Promise<Response> {
  const { state } = options;
  const method = context.req.param('method') ?? '';
  const at = state.clock();
  const fault = state.faults.strikesCall(method);
  const { given, token } = await argumentsOf(context.req.raw).catch(() => ({ given: { unreadable: true }, token: '' }));
  if (fault?.answer === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1_000));
  const answered = struck(fault) ?? answer(options, method, given, token);
  state.journal.note({ kind: 'call', method, args: given, status: answered.status, answer: answered.answer, at });
  if (fault?.answer === 'disconnect' || fault?.answer === 'answer-lost') context.env.incoming.socket.destroy();
  return Response.json(answered.answer, { status: answered.status, headers: answered.headers });
}

function struck(fault: CallFault | undefined): Answered | undefined {
  if (fault?.answer === 'rate-limited') return limited(fault.retryAfterS ?? 1);
  if (fault?.answer === 'server-error') return { status: fault.status ?? 503, answer: refused('service_unavailable') };
  if (fault?.answer === 'disconnect') return { status: 503, answer: refused('connection_broken') };
  if (fault?.answer === 'error') return { status: 200, answer: refused(fault.error ?? 'internal_error') };
  return undefined;
}

function answer(options: ApiOptions, method: string, given: Record<string, unknown>, token: string): Answered {
  try {
    if (given.unreadable) throw new Refusal('invalid_json');
    if (method === 'apps.connections.open') return { status: 200, answer: opened(options, token) };
    const act = options.methods[method];
    if (!act) throw new Refusal('unknown_method', [`[ERROR] the local Slack does not know ${method}`]);
    const workspace = workspaceOf(options.state, token);
    const args = new Arguments(given);
    const wait = options.rates.wait(method, workspace.team.id, args.text('channel'));
    if (wait !== undefined) return limited(wait);
    return { status: 200, answer: { ok: true, ...act({ state: options.state, workspace, args }) } };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { status: 200, answer: refused(thrown.code, thrown.details) };
  }
}

function opened({ state, socketUrl }: ApiOptions, token: string): Record<string, unknown> {
  if (token === '') throw new Refusal('not_authed');
  if ([...state.workspaces.values()].some(({ team }) => team.botToken === token))
    throw new Refusal('not_allowed_token_type');
  if (token !== state.app.appToken) throw new Refusal('invalid_auth');
  return { ok: true, url: socketUrl() };
}

function workspaceOf(state: State, token: string): Workspace {
  if (token === '') throw new Refusal('not_authed');
  if (token === state.app.appToken) throw new Refusal('not_allowed_token_type');
  const found = [...state.workspaces.values()].find(({ team }) => team.botToken === token);
  if (!found) throw new Refusal('invalid_auth');
  return found;
}

function limited(seconds: number): Answered {
  return { status: 429, answer: refused('ratelimited'), headers: { 'retry-after': String(seconds) } };
}

function refused(error: string, details: string[] = []): Record<string, unknown> {
  return { ok: false, error, ...(details.length > 0 && { response_metadata: { messages: details } }) };
}
