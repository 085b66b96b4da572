import type { Arguments } from './arguments.ts';
import { Refusal } from './refusal.ts';

/** The part of a list that a call asks for by limit and cursor, and the cursor of the next. */
export function pageOf<T>(all: T[], args: Arguments): { page: T[]; next_cursor: string } {
  const limit = args.number('limit', 100, 999);
  const cursor = args.text('cursor');
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString().replace('next:', ''));
  if (!Number.isInteger(start) || start < 0) throw new Refusal('invalid_cursor');
  const end = start + limit;
  return {
    page: all.slice(start, end),
    next_cursor: end < all.length ? Buffer.from(`next:${end}`).toString('base64') : '',
  };
}
