/** One header: its name in lower case, and its value. */
export type Field = [name: string, value: string];

/** The fields that every connection knows from the start: RFC 7541, appendix A. */
const known: Field[] = `:authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https
:status=200|:status=204|:status=206|:status=304|:status=400|:status=404|:status=500|accept-charset
accept-encoding=gzip, deflate|accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|authorization
cache-control|content-disposition|content-encoding|content-language|content-length|content-location|content-range
content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range
if-unmodified-since|last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer
refresh|retry-after|server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate`
  .split(/[|\n]/)
  .map((field) => [field.replace(/=.*/, ''), field.includes('=') ? field.replace(/^[^=]*=/, '') : '']);

const first = 4_096;
const mostBytes = 1 << 20;

/** The fields that one direction of a connection has agreed on. */
export interface HeaderTable {
  at(index: number): Field;
  add(field: Field): void;
  /** The sender takes another size; throws when it is more than the other side allowed. */
  resize(size: number): void;
  /** The other side allows another size. */
  allow(size: number): void;
}

/** A table with nothing but what every connection knows. */
export function headerTable(): HeaderTable {
  const added: Field[] = [];
  let size = 0;
  let most = first;
  let allowed = first;
  const evict = (): void => {
    while (size > most) size -= sizeOf(added.pop() ?? ['', '']);
  };
  return {
    at(index) {
      const field = index <= known.length ? known[index - 1] : added[index - known.length - 1];
      if (!field) throw new Error(`a header that nobody knows: ${index}`);
      return field;
    },
    add(field) {
      if (sizeOf(field) > most) {
        added.length = 0;
        size = 0;
        return;
      }
      added.unshift(field);
      size += sizeOf(field);
      evict();
    },
    resize(wanted) {
      if (wanted > allowed) throw new Error('a table of headers that is larger than agreed on');
      most = wanted;
      evict();
    },
    allow(wanted) {
      allowed = Math.min(wanted, mostBytes);
    },
  };
}

function sizeOf([name, value]: Field): number {
  return name.length + value.length + 32;
}
