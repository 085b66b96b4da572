const longest = 300;

/**
 * Whether a pattern of workspaces is one that people write: a path with stars, a choice or two. Others can stand for
 * more names than there is time for, or for folders outside of the repository.
 */
export function isTamePattern(pattern: string): boolean {
  const choices = pattern.match(/\{[^{}]*\}/g) ?? [];
  const rest = choices.reduce((left, one) => left.replace(one, ''), pattern);
  return (
    pattern.length <= longest &&
    !pattern.startsWith('/') &&
    !pattern.split('/').includes('..') &&
    !/[{}[\]()\\?+]|\*{3}|\0/.test(rest) &&
    (pattern.match(/\*\*/g) ?? []).length <= 2 &&
    choices.length <= 2 &&
    choices.every((one) => !one.includes('.'))
  );
}

/** The most patterns that one list of workspaces may have. */
export const mostPatterns = 500;
