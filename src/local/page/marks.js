/** Cuts a text at what a pattern finds: the plain parts go through one function, what was found through the other. */
export function cut(text, pattern, plain, marked) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > end) nodes.push(plain(text.slice(end, found.index)));
    nodes.push(marked(found));
    end = found.index + found[0].length;
  }
  if (end < text.length) nodes.push(plain(text.slice(end)));
  return nodes;
}
