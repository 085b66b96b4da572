const pageBytes = 65_536;
const zeros = Buffer.alloc(pageBytes);

/** The live memory of a WebAssembly program; its buffer is another one after it has grown. */
interface Memory {
  readonly buffer: ArrayBuffer;
}

/** The memory of a WebAssembly program at one moment; pages that are all zero, or equal to the image before, are shared. */
export interface MemoryImage {
  pages: (Buffer | undefined)[];
}

/** Remembers what stands in memory. */
export function takeMemory(memory: Memory, before?: MemoryImage): MemoryImage {
  const live = Buffer.from(memory.buffer);
  const pages: (Buffer | undefined)[] = [];
  for (let start = 0; start < live.length; start += pageBytes) {
    const known = before?.pages[pages.length];
    if (same(live, start, known)) pages.push(known);
    else pages.push(same(live, start, undefined) ? undefined : Buffer.from(live.subarray(start, start + pageBytes)));
  }
  return { pages };
}

/** Puts memory back as it was; what has grown since is zeroed, as if it had never been touched. */
export function restoreMemory(memory: Memory, image: MemoryImage): void {
  const live = Buffer.from(memory.buffer);
  for (let start = 0, at = 0; start < live.length; start += pageBytes, at += 1) {
    const page = image.pages[at];
    if (!same(live, start, page)) live.set(page ?? zeros, start);
  }
}

function same(live: Buffer, start: number, page: Buffer | undefined): boolean {
  return live.compare(page ?? zeros, 0, pageBytes, start, start + pageBytes) === 0;
}
