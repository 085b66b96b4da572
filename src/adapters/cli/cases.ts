import type { Answer, Terminal } from './answer.ts';
import type { CliServices } from './services.ts';

/** `rehearse cases`: how the product does on real cases. Exit 1 when a claim was wrong. */
export const cases =
  ({ cases }: CliServices, terminal: Terminal) =>
  async (options: { positional: string; limit?: number; only?: string }): Promise<Answer> => {
    const { positional: folder, limit, only } = options;
    const { document, text, wrong } = await cases({ folder, limit, only, onProgress: terminal.progress });
    return { text, document, code: wrong > 0 ? 1 : 0 };
  };
