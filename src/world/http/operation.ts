/**
 * What the parts of an operation such as `GET /users/:id` stand for in a request; nothing when the request is another.
 * `{id}`, `:id` and `*` stand for one part, `**` at the end for all the rest; a query counts only where the operation has one.
 */
export function fitted(operation: string, method: string, target: string): Record<string, string> | undefined {
  const [wanted = '', pattern = ''] = operation.split(' ');
  if (wanted !== method) return undefined;
  const subject = pattern.includes('?') ? target : (target.split('?')[0] ?? '');
  const names: string[] = [];
  const source = pattern
    .split(/(\{[^}/]+\}|:[A-Za-z_]\w*|\*\*$|\*)/)
    .map((part, at) => {
      if (at % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(part.replace(/^[:{]|\}$/g, ''));
      return part === '**' ? '(.*)' : '([^/?]+)';
    })
    .join('');
  const found = new RegExp(`^${source}$`).exec(subject);
  if (!found) return undefined;
  return Object.fromEntries(names.map((name, at) => [name, decoded(found[at + 1] ?? '')]));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
