import { Failure, isFailure, tell } from '../../errors.ts';

/** Answers of Slack to a reader that no retry mends. */
const forGood = new Set([
  'account_inactive',
  'channel_not_found',
  'invalid_auth',
  'missing_scope',
  'no_permission',
  'not_authed',
  'not_in_channel',
  'team_access_not_granted',
  'thread_not_found',
  'token_expired',
  'token_revoked',
]);

/** What Slack will not let us read is told in words; an outage rises as it is, to be tried again. */
export function refused(thrown: unknown): never {
  const says = codeOf(thrown);
  if (says && forGood.has(says)) throw new Failure('SLACK_REFUSED', { says }, { cause: thrown });
  throw thrown;
}

/** Whatever keeps us from listening is told in words. */
export function unreached(thrown: unknown): never {
  if (isFailure(thrown)) throw thrown;
  if ((thrown as { code?: string })?.code === 'EADDRINUSE') throw new Failure('PORT_TAKEN', {}, { cause: thrown });
  throw new Failure('SLACK_UNREACHABLE', { says: codeOf(thrown) ?? tell(thrown) }, { cause: thrown });
}

/** Slack's own word for an error. */
export function codeOf(thrown: unknown): string | undefined {
  return (thrown as { data?: { error?: string } })?.data?.error;
}
