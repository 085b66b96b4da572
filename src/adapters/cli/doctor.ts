import type { Answer } from './answer.ts';
import type { CliServices } from './services.ts';

/** `rehearse doctor`: one line for each thing that must be well, saying what to do where it is not. */
export const doctor =
  ({ doctor }: CliServices) =>
  async (): Promise<Answer> => {
    const findings = await doctor();
    const width = Math.max(...findings.map(({ name }) => name.length));
    const mark = (well: boolean, needed: boolean) => (well ? '✓' : needed ? '✗' : '–');
    const lines = findings.map(
      ({ name, well, needed, says }) => `${mark(well, needed)} ${name.padEnd(width)}  ${says}`,
    );
    return {
      text: lines.join('\n'),
      document: findings,
      code: findings.every(({ well, needed }) => well || !needed) ? 0 : 2,
    };
  };
