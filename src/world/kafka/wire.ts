/** Reads values one after the other; throws when there are fewer bytes than a value needs. */
export interface Reader {
  /** How many bytes are left. */
  readonly left: number;
  boolean(): boolean;
  int8(): number;
  int16(): number;
  int32(): number;
  /** Beyond 2^53 not exact, which no offset and no time of the world comes near. */
  int64(): number;
  /** A zigzag number of Kafka's records, of at most 64 bits; exact up to 2^52. */
  varint(): number;
  bytes(length: number): Buffer;
}

/** Values one after the other, to be sent. */
export interface Writer {
  boolean(value: boolean): void;
  int8(value: number): void;
  int16(value: number): void;
  int32(value: number): void;
  int64(value: number): void;
  varint(value: number): void;
  bytes(value: Uint8Array): void;
  written(): Buffer;
}

/** Reads from the front of some bytes. */
export function readerOf(bytes: Buffer): Reader {
  let at = 0;
  const take = (length: number): number => {
    if (length < 0 || at + length > bytes.length) throw new Error(`${length} bytes are expected where fewer are left`);
    at += length;
    return at - length;
  };
  return {
    get left() {
      return bytes.length - at;
    },
    boolean: () => bytes.readInt8(take(1)) !== 0,
    int8: () => bytes.readInt8(take(1)),
    int16: () => bytes.readInt16BE(take(2)),
    int32: () => bytes.readInt32BE(take(4)),
    int64: () => Number(bytes.readBigInt64BE(take(8))),
    varint() {
      let value = 0;
      for (let place = 1; place <= 128 ** 9; place *= 128) {
        const byte = bytes.readUInt8(take(1));
        value += (byte & 0x7f) * place;
        if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      }
      throw new Error('a number is longer than 64 bits');
    },
    bytes(length) {
      const start = take(length);
      return bytes.subarray(start, start + length);
    },
  };
}

/** Starts with nothing written. */
export function createWriter(): Writer {
  const parts: Uint8Array[] = [];
  const fixed = (length: number, write: (bytes: Buffer) => void): void => {
    const bytes = Buffer.alloc(length);
    write(bytes);
    parts.push(bytes);
  };
  return {
    boolean: (value) => fixed(1, (bytes) => bytes.writeInt8(value ? 1 : 0)),
    int8: (value) => fixed(1, (bytes) => bytes.writeInt8((value << 24) >> 24)),
    int16: (value) => fixed(2, (bytes) => bytes.writeInt16BE((value << 16) >> 16)),
    int32: (value) => fixed(4, (bytes) => bytes.writeInt32BE(value | 0)),
    int64: (value) => fixed(8, (bytes) => bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(Math.trunc(value))))),
    varint(value) {
      let rest = value < 0 ? -2 * value - 1 : 2 * value;
      const bytes: number[] = [];
      for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
      parts.push(Uint8Array.from([...bytes, rest]));
    },
    bytes: (value) => void parts.push(value),
    written: () => Buffer.concat(parts),
  };
}
