import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Failure } from '../../errors.ts';
import { awaitable, type Watch } from './await.ts';
import { Delivery } from './delivery/deliver.ts';
import { signedHttp } from './delivery/signed-http.ts';
import { SocketMode } from './delivery/socket-mode.ts';
import { eventsOf } from './events.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { Member } from './member.ts';
import type { Message } from './message.ts';
import { routes } from './routes.ts';
import { type Seeded, seedThread } from './seed.ts';
import { emptyState, type State, type Workspace } from './state.ts';
import { findChannel, type InstalledApp, type Shortcut, type Team } from './team.ts';
import { type Rate, slackRates } from './web-api/rates.ts';
import { acme, localApp } from './workspace.ts';

/** How the local Slack is set up; everything has a default. */
export interface LocalSlackOptions {
  /** 0 takes any free port. */
  port?: number;
  /** Milliseconds since 1970; the machine's clock by default. */
  clock?: () => number;
  log?: { info(sentence: string): void };
  teams?: Team[];
  app?: InstalledApp;
  /** Message shortcuts shown in the menu of a message. */
  shortcuts?: Shortcut[];
  /** With a request URL events go there as signed HTTP; without, over Socket Mode. */
  requestUrl?: string;
  ackTimeoutMs?: number;
  retryDelaysMs?: number[];
  rates?: Record<string, Rate> | 'off';
}

/** A running local Slack. */
export interface LocalSlack extends AsyncDisposable, Watch {
  /** The page. */
  url: string;
  /** For `slackApiUrl`. */
  apiUrl: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  botUserId: string;
  teamId: string;
  /** People and channels of the first team. */
  workspace: Team;
  journal: Journal;
  faults: Faults;
  /** How many Socket Mode connections the app holds. */
  readonly connections: number;
  /** Acts as a person, by id, handle or name. */
  as(who: string, team?: string): Member;
  /** What a channel or a thread holds now, oldest first. */
  messages(channel: string, thread?: string): Message[];
  /** Puts a thread into a channel that was written a while ago; the app hears nothing of it. */
  seed(channel: string, thread: Seeded[], team?: string): Message[];
  /** Slack moves its servers (refresh), or the network breaks (cut). */
  disconnect(how: 'refresh' | 'cut'): void;
  /** A person opens the app's request URL anew: from now on events go there. */
  deliverTo(requestUrl: string): void;
}

/** Starts a local Slack on loopback, with a page at its root and the Web API under /api/. */
export async function startLocalSlack(options: LocalSlackOptions = {}): Promise<LocalSlack> {
  const { port = 0, clock = Date.now, ackTimeoutMs = 3_000, retryDelaysMs = [0, 60_000, 300_000] } = options;
  const app = { ...(options.app ?? localApp()), ...(options.shortcuts && { shortcuts: options.shortcuts }) };
  const state = emptyState(options.teams ?? [acme()], app, clock);
  const changed = () => {
    if (socketMode.ready()) delivery.wake();
    state.changes.tell({ kind: 'connection', team: '' });
  };
  const socketMode = new SocketMode({ appId: app.id, ackTimeoutMs, clock, changed });
  const route = { requestUrl: options.requestUrl };
  const carrier = () =>
    route.requestUrl
      ? signedHttp({ requestUrl: route.requestUrl, signingSecret: app.signingSecret, ackTimeoutMs, clock })
      : socketMode;
  const { journal, faults } = state;
  const delivery = new Delivery({ carrier, journal, faults, clock, ackTimeoutMs, retryDelaysMs });
  state.changes.listen((change) => {
    for (const parcel of eventsOf(state, change)) void delivery.event(parcel);
  });
  const server = createServer(
    getRequestListener(routes({ state, socketMode, delivery, rates: options.rates ?? slackRates }).fetch, {
      overrideGlobalObjects: false,
    }),
  );
  socketMode.attach(server);
  state.url = await listening(server, port);
  options.log?.info(`the local workspace is at ${state.url}`);
  return running({ state, server, socketMode, delivery, route });
}

interface Parts {
  state: State;
  server: Server;
  socketMode: SocketMode;
  delivery: Delivery;
  route: { requestUrl?: string };
}

function running({ state, server, socketMode, delivery, route }: Parts): LocalSlack {
  const first = workspaceOf(state);
  const { team, archive } = first;
  return {
    ...awaitable(state.changes),
    url: state.url,
    apiUrl: `${state.url}/api/`,
    botToken: team.botToken,
    appToken: state.app.appToken,
    signingSecret: state.app.signingSecret,
    botUserId: team.botUserId,
    teamId: team.id,
    workspace: team,
    journal: state.journal,
    faults: state.faults,
    get connections() {
      return socketMode.connections;
    },
    as: (who, id) => new Member(state, workspaceOf(state, id), who, delivery),
    messages(where, thread) {
      const channel = findChannel(team, where)?.id ?? where;
      return thread ? archive.thread(channel, thread) : archive.in(channel);
    },
    seed: (channel, thread, id) => seedThread(state, workspaceOf(state, id), channel, thread),
    disconnect: (how) => socketMode.disconnect(how),
    deliverTo(requestUrl) {
      route.requestUrl = requestUrl;
      delivery.wake();
    },
    async [Symbol.asyncDispose]() {
      delivery.close();
      await socketMode.close();
      state.closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await closed;
    },
  };
}

function workspaceOf(state: State, id?: string): Workspace {
  const workspace = id ? state.workspaces.get(id) : [...state.workspaces.values()][0];
  if (!workspace) throw new Failure('WORKSPACE_REFUSED', { because: `there is no team called ${id}` });
  return workspace;
}

async function listening(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Failure('PORT_TAKEN', { port }, { cause });
  }
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
