import { argument } from './argument.ts';
import { boundary } from './boundary.ts';
import { changedDefault } from './changed-default.ts';
import { lostGuard } from './lost-guard.ts';
import { missingAwait } from './missing-await.ts';
import { nullCheck } from './null-check.ts';
import { operator } from './operator.ts';
import { rounding } from './rounding.ts';
import type { Template } from './template.ts';

/** Every template for code, those whose changes are the least of a guess first. */
export const templates: Template[] = [
  lostGuard,
  changedDefault,
  missingAwait,
  boundary,
  rounding,
  operator,
  nullCheck,
  argument,
];
