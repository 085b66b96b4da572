import type { PartedCall, Parting, Placed, Row } from './comparison.ts';

/** The point at which two traces part, in one line. */
export function partingLine(parting: Parting): string {
  return parting.kind === 'call' ? partedLine(parting.call) : rowLine(parting.row);
}

function partedLine({ service, name, file, line, args, base, head, did }: PartedCall): string {
  const what = did ? rowLine(did) : `${base?.kind ?? ''} ${base?.text ?? ''} → ${head?.kind ?? ''} ${head?.text ?? ''}`;
  return `${service} ${name}(${args.slice(0, 120)}) ${file}:${line}  ${what.slice(0, 300)}`;
}

/** What differs in a row, in one line. */
export function rowLine({ kind, service, base, head }: Row): string {
  return `${kind} ${service}  ${told(base)}${base && head ? ' → ' : ''}${told(head)}`;
}

function told(event: Placed | undefined): string {
  if (!event) return '';
  return `${event.kind} ${event.what.slice(0, 120)} ${event.value?.text.slice(0, 160) ?? ''}`
    .replace(/\s+/g, ' ')
    .trim();
}
