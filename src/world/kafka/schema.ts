import type { Reader, Writer } from './wire.ts';

type Primitive = 'boolean' | 'int8' | 'int16' | 'int32' | 'int64' | 'string' | 'string?' | 'bytes' | 'bytes?';

/**
 * How one value is written. `int32 3+` is there from version 3 on, `int64 2-4` from 2 to 4; `[x]` is a list, `[x, 7]`
 * one from version 7 on, `['?', x]` one that may be null.
 */
export type Spec =
  | Primitive
  | `${Primitive} ${number}+`
  | `${Primitive} ${number}-${number}`
  | Shape
  | readonly ['?', Shape]
  | readonly [Spec]
  | readonly [Spec, number];

/** The fields of a message in the order in which they are written. */
export interface Shape {
  readonly [field: string]: Spec;
}

/** What a value is once it has been read. A field that a version lacks is 0, false, empty or null. */
export type Value<S> = S extends readonly ['?', infer E]
  ? Value<E>[] | null
  : S extends readonly [infer E, ...unknown[]]
    ? Value<E>[]
    : S extends `${infer P} ${string}`
      ? Value<P>
      : S extends 'boolean'
        ? boolean
        : S extends 'string'
          ? string
          : S extends 'string?'
            ? string | null
            : S extends 'bytes'
              ? Buffer
              : S extends 'bytes?'
                ? Buffer | null
                : S extends string
                  ? number
                  : S extends Shape
                    ? { -readonly [field in keyof S]: Value<S[field]> }
                    : never;

/** Reads a message of a version; throws when the bytes are not one. */
export function read<S extends Shape>(shape: S, reader: Reader, version: number): Value<S> {
  return readShape(shape, reader, version) as Value<S>;
}

/** Writes a message of a version; what is left out is written as 0, false, empty or null. */
export function write(shape: Shape, writer: Writer, version: number, value: object): void {
  for (const [field, spec] of Object.entries(shape)) writeOne(spec, writer, version, Reflect.get(value, field));
}

function readShape(shape: Shape, reader: Reader, version: number): object {
  return Object.fromEntries(Object.entries(shape).map(([field, spec]) => [field, readOne(spec, reader, version)]));
}

function readOne(spec: Spec, reader: Reader, version: number): unknown {
  if (typeof spec === 'string') {
    const { kind, isThere } = parsed(spec, version);
    return isThere ? readPrimitive(kind, reader) : absent[kind];
  }
  if (!isList(spec)) return readShape(spec, reader, version);
  const { of, since, mayBeNull } = listed(spec);
  if (version < since) return [];
  const length = reader.int32();
  if (length < 0) return mayBeNull ? null : [];
  if (length > reader.left) throw new Error(`a list of ${length} where ${reader.left} bytes are left`);
  return Array.from({ length }, () => readOne(of, reader, version));
}

function writeOne(spec: Spec, writer: Writer, version: number, value: unknown): void {
  if (typeof spec === 'string') {
    const { kind, isThere } = parsed(spec, version);
    if (isThere) writePrimitive(kind, writer, value ?? absent[kind]);
  } else if (isList(spec)) writeList(listed(spec), writer, version, value);
  else write(spec, writer, version, Object(value));
}

function writeList({ of, since, mayBeNull }: Listed, writer: Writer, version: number, value: unknown): void {
  if (version < since) return;
  const isNull = mayBeNull && value === null;
  const items = Array.isArray(value) ? value : [];
  writer.int32(isNull ? -1 : items.length);
  for (const item of items) writeOne(of, writer, version, item);
}

type List = Extract<Spec, readonly unknown[]>;

function isList(spec: Shape | List): spec is List {
  return Array.isArray(spec);
}

interface Listed {
  of: Spec;
  since: number;
  mayBeNull: boolean;
}

function listed(spec: List): Listed {
  const [first, second] = spec;
  if (first === '?' && typeof second === 'object') return { of: second, since: 0, mayBeNull: true };
  return { of: first as Spec, since: typeof second === 'number' ? second : 0, mayBeNull: false };
}

const absent: { [kind in Primitive]: unknown } = {
  boolean: false,
  int8: 0,
  int16: 0,
  int32: 0,
  int64: 0,
  string: '',
  'string?': null,
  bytes: Buffer.alloc(0),
  'bytes?': null,
};

function parsed(spec: string, version: number): { kind: Primitive; isThere: boolean } {
  const [kind = '', range = '0+'] = spec.split(' ');
  const [first, last] = range.endsWith('+') ? [range.slice(0, -1), Number.POSITIVE_INFINITY] : range.split('-');
  return { kind: kind as Primitive, isThere: version >= Number(first) && version <= Number(last) };
}

function readPrimitive(kind: Primitive, reader: Reader): unknown {
  if (kind === 'string' || kind === 'string?') {
    const length = reader.int16();
    return length < 0 ? absent[kind] : reader.bytes(length).toString('utf8');
  }
  if (kind === 'bytes' || kind === 'bytes?') {
    const length = reader.int32();
    return length < 0 ? absent[kind] : reader.bytes(length);
  }
  return reader[kind]();
}

function writePrimitive(kind: Primitive, writer: Writer, value: unknown): void {
  if (kind === 'boolean') writer.boolean(value === true);
  else if (kind === 'string' || kind === 'string?') {
    const text = value === null ? undefined : Buffer.from(String(value)).subarray(0, 32_767);
    writer.int16(text?.length ?? -1);
    if (text) writer.bytes(text);
  } else if (kind === 'bytes' || kind === 'bytes?') {
    const bytes = value instanceof Uint8Array ? value : undefined;
    writer.int32(bytes?.length ?? -1);
    if (bytes) writer.bytes(bytes);
  } else writer[kind](Number(value));
}
