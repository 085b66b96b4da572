import type { Scenario } from '../../scenarios/scenario.ts';
import type { KeptSheet } from '../../scenarios/sheets.ts';
import type { GivenVerdict } from '../../scenarios/store.ts';
import type { KeptTrace } from '../../simulation/trace-file.ts';

/** What the pages may ask of the product. */
export interface WebServices {
  sheet(id: string): KeptSheet | null;
  /** The sheets that show a trace, the newest first. */
  sheetsOf(trace: string): KeptSheet[];
  openTrace(hash: string): KeptTrace;
  /** What is remembered; absent where there is no database. */
  memory?: {
    scenario(id: string): Promise<Scenario | null>;
    history(id: string): Promise<(GivenVerdict & { givenAt: Date })[]>;
    scenarios(repository: string): Promise<Scenario[]>;
  };
}
