import type { Given } from '../../simulation/plan.ts';
import { literal, quoted } from './literal.ts';

type Rows = Extract<Given, { rows: unknown }>['rows'];

/** SQL that puts a plan's rows into their table; columns that a row does not name keep their defaults. */
export function insertion({ table, rows }: Rows): string {
  const target = table.split('.').map(quoted).join('.');
  const inserts = rows.map((row) => {
    const columns = Object.keys(row);
    if (columns.length === 0) return `insert into ${target} default values`;
    const names = columns.map(quoted).join(', ');
    const given = literal(JSON.stringify(row));
    return `insert into ${target} (${names}) overriding system value select ${names} from jsonb_populate_record(null::${target}, ${given}::jsonb)`;
  });
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return ['begin', ...inserts, ...columns.map((column) => advance(target, column)), 'commit'].join(';\n');
}

/** Numbers that a plan has given away must not be given again by the column's sequence. */
function advance(target: string, column: string): string {
  const sequence = `pg_get_serial_sequence(${literal(target)}, ${literal(column)})`;
  return `do $rehearse$
    declare
      used bigint;
    begin
      if ${sequence} is not null then
        select max(${quoted(column)}) into used from ${target};
        if used >= nextval(${sequence}) then
          perform setval(${sequence}, used);
        else
          perform setval(${sequence}, currval(${sequence}), false);
        end if;
      end if;
    end
  $rehearse$`;
}
