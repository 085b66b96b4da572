const context = 24;
const longest = 160;

/** Two texts cut to where they differ, with a little of what stands around it, so that the difference is seen at once. */
export function apart(one: string, two: string): [string, string] {
  if (one === two || (one.length <= longest && two.length <= longest)) return [cut(one), cut(two)];
  const most = Math.min(one.length, two.length);
  let front = 0;
  while (front < most && one[front] === two[front]) front += 1;
  let back = 0;
  while (back < most - front && one.at(-1 - back) === two.at(-1 - back)) back += 1;
  const from = Math.max(0, front - context);
  const part = (text: string): string => {
    const to = Math.min(text.length, text.length - back + context);
    return cut(`${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`);
  };
  return [part(one), part(two)];
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
