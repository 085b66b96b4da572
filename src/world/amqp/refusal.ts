/** Why a broker closes a channel or a connection, as the protocol says it. */
export interface Refusal {
  code: number;
  text: string;
  /** Whether the whole connection ends, not the channel alone. */
  whole: boolean;
}

/** A channel-level refusal: what was asked for cannot be, and the channel is closed. */
export function refused(code: number, name: string, why: string): Refusal {
  return { code, text: `${name} - ${why}`, whole: false };
}

/** A refusal that ends the connection. */
export function severed(code: number, name: string, why: string): Refusal {
  return { code, text: `${name} - ${why}`, whole: true };
}

/** Whether what was thrown is a refusal of ours. */
export function isRefusal(thrown: unknown): thrown is Refusal {
  return typeof thrown === 'object' && thrown !== null && 'whole' in thrown && 'text' in thrown;
}
