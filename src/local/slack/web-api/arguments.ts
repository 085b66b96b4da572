import { Refusal } from './refusal.ts';

/** Arguments that are structures; in a form they come as JSON strings. */
const structured: Record<string, string> = {
  blocks: 'invalid_blocks_format',
  attachments: 'invalid_attachments_format',
  metadata: 'invalid_metadata_format',
  view: 'invalid_arguments',
  chunks: 'invalid_chunks',
  files: 'invalid_arguments',
  prompts: 'invalid_arguments',
};

/** The arguments of one call, whichever way they were written. */
export class Arguments {
  readonly all: Record<string, unknown>;

  constructor(given: Record<string, unknown>) {
    this.all = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, decoded(name, value)]));
  }

  /** A text; empty when it was not given. */
  text(name: string): string {
    const value = this.all[name];
    return value === undefined || value === null ? '' : String(value);
  }

  /** A text that must be there. */
  needed(name: string, otherwise = 'invalid_arguments'): string {
    const value = this.text(name);
    if (value === '') throw new Refusal(otherwise, [`[ERROR] missing required field: ${name}`]);
    return value;
  }

  flag(name: string): boolean {
    return ['true', '1'].includes(this.text(name));
  }

  /** A whole number within bounds, or the default. */
  number(name: string, otherwise: number, most: number): number {
    const value = Number.parseInt(this.text(name), 10);
    return Number.isFinite(value) && value > 0 ? Math.min(value, most) : otherwise;
  }

  list<T = Record<string, unknown>>(name: string): T[] | undefined {
    const value = this.all[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (!Array.isArray(value)) throw new Refusal(structured[name] ?? 'invalid_arguments');
    return value as T[];
  }

  object<T = Record<string, unknown>>(name: string): T | undefined {
    const value = this.all[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw new Refusal(structured[name] ?? 'invalid_arguments');
    return value as T;
  }
}

/** Reads a request: a form, JSON or a query. */
export async function argumentsOf(request: Request): Promise<{ given: Record<string, unknown>; token: string }> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  const body = request.method === 'POST' ? await bodyOf(request) : {};
  const { token: argument, ...given } = { ...query, ...body };
  const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  return { given, token: bearer ?? (typeof argument === 'string' ? argument : '') };
}

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  const type = request.headers.get('content-type') ?? '';
  if (type.includes('application/json')) {
    const read: unknown = await request.json().catch(() => {
      throw new Refusal('invalid_json');
    });
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
  }
  if (type.includes('multipart/form-data')) return Object.fromEntries(await request.formData());
  return Object.fromEntries(new URLSearchParams(await request.text()));
}

function decoded(name: string, value: unknown): unknown {
  const otherwise = structured[name];
  if (!otherwise || typeof value !== 'string' || value === '') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new Refusal(otherwise);
  }
}
