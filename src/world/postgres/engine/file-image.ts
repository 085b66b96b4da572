/** Emscripten keeps a file as whatever view was first written to it. */
type Bytes = Uint8Array | Int8Array;

/** A file or folder of Emscripten's in-memory file system. */
interface Node {
  id: number;
  name: string;
  parent: Node;
  mode: number;
  name_next: Node | undefined;
  mounted: { root: Node } | null;
  contents: Bytes | Record<string, Node> | undefined;
  usedBytes: number;
  link: string | undefined;
  atime: number;
  mtime: number;
  ctime: number;
}

/** An open file; `shared` is what duplicates of it have in common. */
interface Stream {
  fd: number | null;
  node: Node;
  shared: { flags: number; position: number };
}

type Write = (stream: Stream, ...rest: unknown[]) => number;

/** The parts of Emscripten's `FS` that make up its state. */
export interface FileSystem {
  root: Node;
  nextInode: number;
  nameTable: (Node | undefined)[];
  streams: (Stream | null | undefined)[];
  filesystems: { MEMFS: { ops_table: { file: { stream: { write: Write } } } } };
}

/** All files and open files at one moment; the bytes are shared with the live files until those are written to. */
export interface FileImage {
  nextInode: number;
  nameTable: (Node | undefined)[];
  nodes: { node: Node; kept: Omit<Node, 'id'> }[];
  streams: {
    stream: Stream | null | undefined;
    kept?: { fd: number | null; node: Node; shared: Stream['shared']; flags: number; position: number };
  }[];
}

/** Watches a file system so that images of it can share bytes: what an image holds is copied before it is overwritten. */
export function openImages(fs: FileSystem): { take(): FileImage; restore(image: FileImage): void } {
  const held = new WeakSet<Bytes>();
  const operations = fs.filesystems.MEMFS.ops_table.file.stream;
  const write = operations.write;
  operations.write = (stream, ...rest) => {
    const { node } = stream;
    if (isBytes(node.contents) && held.has(node.contents)) node.contents = node.contents.slice();
    return write(stream, ...rest);
  };
  return { take: () => take(fs, held), restore: (image) => restore(fs, image) };
}

function take(fs: FileSystem, held: WeakSet<Bytes>): FileImage {
  const nodes = everyNode(fs).map((node) => {
    if (isBytes(node.contents)) held.add(node.contents);
    const contents = isFolder(node.contents) ? { ...node.contents } : node.contents;
    const { name, parent, mode, name_next, mounted, usedBytes, link, atime, mtime, ctime } = node;
    return { node, kept: { name, parent, mode, name_next, mounted, usedBytes, link, atime, mtime, ctime, contents } };
  });
  const streams = fs.streams.map((stream) => {
    if (!stream) return { stream };
    const { fd, node, shared } = stream;
    return { stream, kept: { fd, node, shared, flags: shared.flags, position: shared.position } };
  });
  return { nextInode: fs.nextInode, nameTable: [...fs.nameTable], nodes, streams };
}

function restore(fs: FileSystem, image: FileImage): void {
  fs.nextInode = image.nextInode;
  image.nameTable.forEach((node, hash) => {
    fs.nameTable[hash] = node;
  });
  for (const { node, kept } of image.nodes) {
    Object.assign(node, kept, isFolder(kept.contents) ? { contents: { ...kept.contents } } : {});
  }
  fs.streams.length = image.streams.length;
  image.streams.forEach(({ stream, kept }, fd) => {
    fs.streams[fd] = stream;
    if (!stream || !kept) return;
    stream.fd = kept.fd;
    stream.node = kept.node;
    stream.shared = kept.shared;
    kept.shared.flags = kept.flags;
    kept.shared.position = kept.position;
  });
}

/** Named nodes, and those that only an open file still holds. */
function everyNode(fs: FileSystem): Node[] {
  const found = new Set<Node>([fs.root]);
  for (const first of fs.nameTable) {
    for (let node = first; node; node = node.name_next) found.add(node);
  }
  for (const stream of fs.streams) if (stream?.node) found.add(stream.node);
  for (const node of found) if (node.mounted) found.add(node.mounted.root);
  return [...found];
}

function isBytes(contents: Node['contents']): contents is Bytes {
  return ArrayBuffer.isView(contents);
}

function isFolder(contents: Node['contents']): contents is Record<string, Node> {
  return contents !== undefined && !ArrayBuffer.isView(contents);
}
