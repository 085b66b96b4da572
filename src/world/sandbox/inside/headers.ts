import { timers } from './clock.ts';

interface Outgoing {
  sendDate: boolean;
  hasHeader(name: string): boolean;
  _storeHeader(first: string, headers: unknown): void;
}

/** Node writes the Date header from a clock of its own; here it tells the world's time. */
export function installHeaders(): void {
  // As a module it would be asked for all that it exports, and load Node's whole client of fetch for it.
  const http = process.getBuiltinModule('node:http');
  const outgoing = http.OutgoingMessage.prototype as unknown as Outgoing;
  const store = outgoing._storeHeader;
  outgoing._storeHeader = function (this: Outgoing, first: string, headers: unknown) {
    const isDated = !this.sendDate || this.hasHeader('date') || names(headers).includes('date');
    this.sendDate = false;
    return store.call(this, isDated ? first : `${first}Date: ${new Date(timers.now).toUTCString()}\r\n`, headers);
  };
}

function names(headers: unknown): string[] {
  if (typeof headers !== 'object' || headers === null) return [];
  const keys = Array.isArray(headers) ? headers.flat().filter((_, at) => at % 2 === 0) : Object.keys(headers);
  return keys.map((key) => String(key).toLowerCase());
}
