/** Why a provider did not answer, in words that hold no key and no address. */
export function whyNot(thrown: unknown): string {
  const { name, status, message } =
    thrown instanceof Error
      ? { status: undefined, ...thrown, name: thrown.name, message: thrown.message }
      : { name: '', status: undefined, message: '' };
  if (/abort|timeout/i.test(`${name} ${message}`)) return 'did not answer in time';
  if (status === 429) return 'refused for its rate limit (429)';
  if (status === 401 || status === 403) return `refused the key (${status})`;
  if (typeof status === 'number') return `answered with an error (${status})`;
  return /connect|network|fetch|socket|terminated|premature|ECONN/i.test(message)
    ? 'could not be reached'
    : 'gave an answer that could not be read';
}

/** Whether a client threw since it could not read an answer, which can be asked for again. */
export function isGarbled(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'SyntaxError' || /\bJSON\b/.test(thrown.message));
}
