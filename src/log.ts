import { type Logger, pino } from 'pino';

/** The one log: JSON lines on standard error, so that standard output stays for answers. */
export type Log = Logger;

/** Makes the log; keys that may hold secrets are never written. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: ['token', '*.token', 'authorization', '*.authorization', 'apiKey', '*.apiKey'], censor: '…' },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
