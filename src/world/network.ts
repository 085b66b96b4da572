/** What stands at one end of a connection of the world. */
export interface End {
  received(bytes: Uint8Array): void | Promise<void>;
  /** The other side will send no more. */
  ended(): void | Promise<void>;
  /** The other side is gone. */
  broken(): void | Promise<void>;
  /** The other side reads no more for now, or reads again. */
  held?(isHeld: boolean): void | Promise<void>;
}

/** What one end can do to the other; each deed arrives later, in order. */
export interface Line {
  send(bytes: Uint8Array): void;
  end(): void;
  /** Sends no more and hears no more. */
  close(): void;
  /** Breaks off: what was not read is lost. */
  reset(): void;
  /** Asks the other side to send no more for now, or again. */
  hold(isHeld: boolean): void;
}

/** Work that waits its turn. */
export type Enqueue = (work: () => void | Promise<void>) => void;

/** Joins two ends: what is put in a line comes out at the end that it leads to. */
export function lineTo(end: End, enqueue: Enqueue): Line {
  let isOver = false;
  let isEnded = false;
  return {
    send(bytes) {
      if (!isOver && !isEnded) enqueue(() => end.received(bytes));
    },
    end() {
      if (isOver || isEnded) return;
      isEnded = true;
      enqueue(() => end.ended());
    },
    close() {
      if (isOver) return;
      isOver = true;
      if (!isEnded) enqueue(() => end.ended());
    },
    reset() {
      if (isOver) return;
      isOver = true;
      enqueue(() => end.broken());
    },
    hold(isHeld) {
      if (!isOver) enqueue(() => end.held?.(isHeld));
    },
  };
}
