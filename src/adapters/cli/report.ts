import type { Terminal } from './answer.ts';
import type { CliServices } from './services.ts';

/** `rehearse report`: serves the page of one run on this machine until it is stopped. */
export const report =
  ({ showPage }: CliServices, terminal: Terminal) =>
  async (id: string, { port = 0 }: { port?: number }): Promise<void> =>
    showPage({
      id,
      port,
      onOpen: (address) => terminal.write(`${address}\n\nOpen it in a browser on this machine. Ctrl+C ends it.\n`),
    });
