import type { Survey } from '../../codebase/survey.ts';
import type { Evidence } from '../../evidence/evidence.ts';

const limits = { thread: 40_000, codebase: 16_000 };

/** The thread as a model reads it, each message with its author's id; its end is kept when it is long. */
export function threadText({ quotes }: Evidence): string {
  const text = quotes.map(({ author, at, text }) => `[${author} ${at}]\n${text}`).join('\n\n');
  if (text.length <= limits.thread) return text;
  return `${text.slice(0, limits.thread / 2)}\n[… shortened …]\n${text.slice(-limits.thread / 2)}`;
}

/** What the codebase has that a plan may name, one line each, as much as fits. */
export function codebaseText({ services, routes, packages, exports, tables, environment, flags }: Survey): string {
  const lines = [
    ...services.map(
      ({ name, hosts, ports }) => `service ${name} (hosts ${hosts.join(', ')}; ports ${ports.join(', ')})`,
    ),
    ...routes.map(({ service, method, path, file, line }) => `route ${method} ${path} of ${service} (${file}:${line})`),
    ...packages.map(({ name, main }) => `package ${name}${main ? ` (${main})` : ''}`),
    ...tables.map(({ name, columns }) => `table ${name} (${columns.join(', ')})`),
    ...new Set(environment.map(({ name }) => `setting ${name}`)),
    ...new Set(flags.map(({ name }) => `flag ${name}`)),
    ...exports.map(
      ({ module, export: name, kind, parameters }) =>
        `${kind} ${name ?? '(the module itself)'} of ${module} (${parameters.join(', ')})`,
    ),
  ];
  let length = 0;
  const kept = lines.filter((line) => {
    length += line.length + 1;
    return length <= limits.codebase;
  });
  return kept.length < lines.length ? `${kept.join('\n')}\n[… ${lines.length - kept.length} more …]` : kept.join('\n');
}
