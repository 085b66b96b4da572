import { createHmac, timingSafeEqual } from 'node:crypto';

/** What an opened link may show: one page, as seen from the place in which the link was given, for a while. */
export interface Pass {
  page: string;
  /** The channel in which the link was given, or "terminal". */
  from: string;
  /** When it ends, in seconds since 1970. */
  until: number;
}

/** Makes links to pages that nobody can forge, and reads them. */
export interface Links {
  /** The address of a page for the readers of one place; it ends after the usual time, or with the pass it is made from. */
  to(page: string, from: string, until?: number): string;
  /** The pass of a request, when its signature is ours, is meant for this page, and has not ended. */
  read(page: string, query: (name: string) => string | undefined): Pass | null;
}

/** Whoever reads at a terminal of the machine itself. */
export const terminal = 'terminal';

/** Links under a base address, signed with a key; the clock is given in milliseconds. */
export function createLinks({
  base,
  key,
  lifeMs,
  now,
}: {
  base: string;
  key: Buffer;
  lifeMs: number;
  now: () => number;
}): Links {
  const signed = ({ page, from, until }: Pass) =>
    createHmac('sha256', key)
      .update(JSON.stringify(['rehearse page', page, from, until]))
      .digest();
  return {
    to(page, from, until = Math.floor((now() + lifeMs) / 1000)) {
      const query = new URLSearchParams({
        from,
        until: String(until),
        signature: signed({ page, from, until }).toString('base64url'),
      });
      return `${base.replace(/\/+$/, '')}${page}?${query}`;
    },
    read(page, query) {
      const from = query('from') ?? '';
      const given = query('until') ?? '';
      const signature = query('signature') ?? '';
      if (!/^\d{1,12}$/.test(given) || !/^[\w-]{43}$/.test(signature)) return null;
      const pass = { page, from, until: Number(given) };
      const isOurs = timingSafeEqual(Buffer.from(signature, 'base64url'), signed(pass));
      return isOurs && pass.until * 1000 > now() ? pass : null;
    },
  };
}
