import path from 'node:path';
import { type Document, readDocument } from './document.ts';
import { type Files, invalid } from './files.ts';

const mostFiles = 100;
const mostParts = 500_000;
const deepest = 200;
const elsewhere = /\$ref["']?\s*:\s*["']?[^"'#\s]/;

/** Where what other files say is kept in a document that refers to them. */
const kept = 'x-files';

/**
 * A document together with the files of the repository that it refers to, as one whose references all lead into
 * itself. What cannot be read stays as it is. Throws WORLD_INVALID when it goes on for too long.
 */
export function joined(document: Document, text: string, files: Files): Document {
  if (!elsewhere.test(text)) return document;
  const names = new Map<string, string>();
  const others: Record<string, unknown> = {};
  let parts = 0;
  const nameOf = (file: string): string | undefined => {
    const known = names.get(file);
    if (known !== undefined) return known;
    const content = files.read(file);
    if (content === undefined) return undefined;
    if (names.size >= mostFiles) throw invalid(document.file, `it refers to more than ${mostFiles} files`);
    const name = `f${names.size}`;
    names.set(file, name);
    others[name] = visit(readDocument(file, content).value, file, 0);
    return name;
  };
  const reference = (asked: string, file: string): string => {
    const [target = '', pointer = ''] = asked.split(/#(.*)/s);
    if (/^[a-z][a-z\d+.-]*:/i.test(target)) return asked;
    const wanted = target === '' ? file : files.within(path.posix.dirname(file), decodeURI(target), file);
    if (wanted === document.file) return `#${pointer}`;
    const name = nameOf(wanted);
    return name === undefined ? asked : `#/${kept}/${name}${pointer}`;
  };
  const visit = (value: unknown, file: string, depth: number): unknown => {
    parts += 1;
    if (parts > mostParts || depth > deepest) throw invalid(document.file, 'it goes on for too long');
    if (Array.isArray(value)) return value.map((one) => visit(one, file, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    const pairs = Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? reference(inner, file) : visit(inner, file, depth + 1),
    ]);
    return Object.fromEntries(pairs);
  };
  const whole = visit(document.value, document.file, 0) as object;
  return { ...document, value: { ...whole, [kept]: others } };
}
