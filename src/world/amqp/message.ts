import type { Fields } from './codec.ts';

/** A message on its way. */
export interface Message {
  exchange: string;
  routingKey: string;
  properties: Fields;
  body: Buffer;
  redelivered: boolean;
  /** Virtual time after which nobody gets it any more. */
  expiresAt?: number;
}

/** The headers that a publisher set. */
export function headersOf({ properties }: Message): Record<string, unknown> {
  const { headers } = properties;
  return typeof headers === 'object' && headers !== null ? { ...headers } : {};
}
