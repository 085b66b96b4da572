/** An error as it is printed: its header, and the places it came through. */
export interface PrintedError {
  name: string;
  message: string;
  frames: Frame[];
}

/** A place of a stack trace: innermost first. */
export interface Frame {
  function?: string;
  /** As printed: relative, absolute or a URL. */
  file: string;
  line: number;
}

const header =
  /^[ \t]*(?:\[?[\w./-]+\]?[: ] *)?(?:Uncaught |Unhandled(?: rejection)? |error: |ERROR )?\(?([A-Z][\w.]*(?:Error|Exception)|Error)(?: \[[\w-]+\])?(?:: (.*))?$/;
const frame = /^\s+at (?:async )?(?:(.+?) \()?((?:file:\/\/|node:)?[^()\s]+?):(\d+)(?::\d+)?\)?$/;

/** Every error that a text prints with its name; a message may run over lines, up to the first place. */
export function errorsIn(text: string): PrintedError[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const [, name, first = ''] = header.exec(line) ?? [];
    if (!name) return [];
    const after = lines.slice(at + 1);
    const firstFrame = after.findIndex((next) => /^\s+at \S/.test(next));
    const isNear = firstFrame >= 0 && firstFrame < 8 && !after.slice(0, firstFrame).some((next) => header.test(next));
    const message = isNear ? [first, ...after.slice(0, firstFrame)].join('\n').trim() : first;
    return [{ name, message, frames: isNear ? framesOf(after.slice(firstFrame)) : [] }];
  });
}

function framesOf(lines: string[]): Frame[] {
  const frames: Frame[] = [];
  for (const line of lines) {
    if (!/^\s+at \S/.test(line)) break;
    const [, name, file, at] = frame.exec(line) ?? [];
    if (file)
      frames.push({ ...(name ? { function: name } : {}), file: file.replace(/^file:\/\//, ''), line: Number(at) });
  }
  return frames;
}
