/** A datagram that a service sends. */
export interface Datagram {
  /** The port that it leaves by. */
  from: number;
  host: string;
  port: number;
  bytes: Buffer;
}
