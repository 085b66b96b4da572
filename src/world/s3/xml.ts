/** A document of S3, to be written as XML; a list repeats its element. */
export type Xml = string | number | boolean | { [name: string]: Xml | Xml[] };

/** The XML of a document with one root. */
export function xml(root: string, content: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}`;
}

function element(name: string, content: Xml | Xml[]): string {
  if (Array.isArray(content)) return content.map((one) => element(name, one)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([key, value]) => element(key, value))
          .join('')
      : escaped(String(content));
  return `<${name}>${inner}</${name}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
}

/** What stands in every element of a name, in order. */
export function elements(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, inner = '']) => inner,
  );
}

/** The text of the first element of a name. */
export function textIn(text: string, name: string): string | undefined {
  const [found] = elements(text, name);
  return found?.replace(/&(lt|gt|quot|apos|amp|#\d{1,7});/g, (whole, sign: string) => {
    const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
    if (!sign.startsWith('#')) return named[sign] ?? whole;
    const code = Number(sign.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
