/** What this world cannot do for tests, as it is told everywhere else. */
export function unmodelled(what: string): Error {
  return Object.assign(new Error(what), { code: 'WORLD_UNMODELLED' });
}
