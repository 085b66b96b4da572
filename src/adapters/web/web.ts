import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Failure, isFailure, tell } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Sheet } from '../../scenarios/sheet.ts';
import { sheetAddress } from './addresses.ts';
import { createLinks, type Links } from './links.ts';
import { pages } from './pages.ts';
import { gonePage } from './refusal.ts';
import type { WebServices } from './services.ts';

/** Where the pages are, and how links to them are signed. */
export interface WebOptions {
  host: string;
  port: number;
  /** Where people reach it; where it listens when absent. */
  baseUrl?: string;
  key: Buffer;
  linkLifeMs: number;
}

/** The pages, served. */
export interface Web extends AsyncDisposable {
  /** A link to the page of a sheet, for the readers of a place. */
  link(sheet: Sheet, id: string, from: string): string;
}

/** Serves the pages until disposed of; throws PORT_TAKEN. */
export async function startWeb(options: WebOptions, services: WebServices, log: Log): Promise<Web> {
  const { host, port, key } = options;
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening').catch((cause) => {
    throw new Failure('PORT_TAKEN', { port, says: cause.message }, { cause });
  });
  const own = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  const links = linksUnder(options.baseUrl ?? own, { key, linkLifeMs: options.linkLifeMs });
  const app = pages(services, links);
  app.onError((thrown, context) => {
    // The events of old runs are cleared away in time; what is told of them stays.
    if (isFailure(thrown)) {
      const sentence = tell(thrown);
      const wantsPage = context.req.header('accept')?.includes('text/html') === true;
      return wantsPage ? context.html(gonePage(sentence), 410) : context.json({ sentence }, 410);
    }
    log.error({ err: thrown }, 'a page could not be shown');
    return context.text('Rehearse failed to show this page. Try again, and report it if it comes back.', 500);
  });
  server.on('request', getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  return {
    link: (sheet, id, from) => links.to(sheetAddress(sheet, id), from),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Links to pages that another process serves with the same key. */
export function linksUnder(base: string, { key, linkLifeMs }: Pick<WebOptions, 'key' | 'linkLifeMs'>): Links {
  return createLinks({ base, key, lifeMs: linkLifeMs, now: () => Date.now() });
}
