import { describe } from './calls.ts';
import { say } from './channel.ts';
import { previewText } from './preview.ts';
import { leave } from './process-walls.ts';

/** What nobody caught is told to the coordinator, and then does what it does in Node: handlers run, or the end comes. */
export function installErrors(): void {
  process.setUncaughtExceptionCaptureCallback((thrown) => {
    tell('exception', thrown);
    if (process.listenerCount('uncaughtException') > 0) process.emit('uncaughtException', thrown, 'uncaughtException');
    else leave(1);
  });
  process.on('unhandledRejection', (thrown, promise) => {
    tell('rejection', thrown);
    if (process.listenerCount('unhandledRejection') > 1) return;
    if (process.listenerCount('uncaughtException') > 0) {
      process.emit('uncaughtException', thrown as Error, 'unhandledRejection');
    } else leave(1);
    void promise;
  });
  Object.defineProperty(process, 'setUncaughtExceptionCaptureCallback', { value: () => undefined });
}

function tell(kind: 'exception' | 'rejection', thrown: unknown): void {
  const { name, message } = describe(thrown);
  const stack = typeof thrown === 'object' && thrown !== null && 'stack' in thrown ? String(thrown.stack) : '';
  say({ t: 'error', kind, text: previewText(`${name}: ${message}`)[0], stack: previewText(stack.slice(0, 4000))[0] });
}
