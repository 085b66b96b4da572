const largestFrame = 64 << 20;

/** Writes one message as the sandbox reads it: its length, then JSON. */
export function frame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const bytes = Buffer.allocUnsafe(4 + body.length);
  bytes.writeUInt32BE(body.length, 0);
  body.copy(bytes, 4);
  return bytes;
}

/** Reads messages out of a stream of bytes; calls `broken` once when what comes is not ours. */
export function reader(take: (message: unknown) => void, broken: (why: string) => void): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  let isBroken = false;
  const fail = (why: string): void => {
    isBroken = true;
    parts = [];
    broken(why);
  };
  return (bytes) => {
    if (isBroken) return;
    parts.push(bytes);
    held += bytes.length;
    while (held >= 4 && !isBroken) {
      if ((parts[0]?.length ?? 0) < 4) parts = [Buffer.concat(parts)];
      const length = parts[0]?.readUInt32BE(0) ?? 0;
      if (length > largestFrame) return fail('a message is too large');
      if (held < 4 + length) return;
      const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      const rest = whole.subarray(4 + length);
      parts = rest.length > 0 ? [rest] : [];
      held = rest.length;
      const message = parsed(whole.subarray(4, 4 + length));
      if (message === undefined) return fail('a message is not JSON');
      take(message);
    }
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
