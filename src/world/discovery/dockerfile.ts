import type { Files } from './files.ts';

const mostPorts = 1_000;

/** What a Dockerfile's last stage says of how its container runs. */
export interface Dockerfile {
  command: string[] | undefined;
  environment: Record<string, string>;
  ports: number[];
}

/** Reads a Dockerfile; a missing one says nothing. */
export function readDockerfile(files: Files, file: string): Dockerfile {
  const found: Dockerfile = { command: undefined, environment: {}, ports: [] };
  let entrypoint: string[] | undefined;
  let command: string[] | undefined;
  for (const [instruction, rest] of instructions(files.read(file) ?? '')) {
    if (instruction === 'FROM') {
      entrypoint = undefined;
      command = undefined;
    }
    if (instruction === 'ENTRYPOINT') entrypoint = commandOf(rest);
    if (instruction === 'CMD') command = commandOf(rest);
    if (instruction === 'EXPOSE')
      found.ports.push(...rest.split(/\s+/, mostPorts).map((port) => Number.parseInt(port, 10)));
    if (instruction === 'ENV') Object.assign(found.environment, environmentOf(rest));
  }
  if (entrypoint || command) found.command = [...(entrypoint ?? []), ...(command ?? [])];
  found.ports = found.ports.filter((port) => port > 0);
  return found;
}

function instructions(text: string): [instruction: string, rest: string][] {
  const joined = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ');
  return joined.split('\n').flatMap((line): [string, string][] => {
    const [, instruction, rest] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
    return instruction && rest !== undefined ? [[instruction.toUpperCase(), rest.trim()]] : [];
  });
}

function commandOf(text: string): string[] {
  if (!text.startsWith('[')) return ['sh', '-c', text];
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every((one) => typeof one === 'string')) return parsed;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  return ['sh', '-c', text];
}

function environmentOf(text: string): Record<string, string> {
  if (!text.includes('=')) {
    const [name = '', ...value] = text.split(/\s+/);
    return name ? { [name]: value.join(' ') } : {};
  }
  const pairs = [...text.matchAll(/(?<!\w)(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)];
  return Object.fromEntries(
    pairs.map(([, name = '', value = '']) => [name, value.replace(/^(["'])([\s\S]*)\1$/, '$2')]),
  );
}
