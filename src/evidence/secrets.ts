import { lintSource } from '@secretlint/core';
import { creator as preset } from '@secretlint/secretlint-rule-preset-recommend';
import type { Placeholders } from './placeholders.ts';

const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: preset, options: {} }] };

/** What stands around a secret where no vendor's format gives it away; the group is the secret. */
const surroundings: RegExp[] = [
  /\bauthorization["']?\s*[:=]\s*["']?(?:bearer|token|apikey|basic|digest)\s+([A-Za-z0-9._~+/=-]{4,})/gi,
  /\bbearer\s+([A-Za-z0-9._~+/=-]{12,})/gi,
  /\b(?:x-)?(?:api|auth|access|secret|private|session|csrf)[_-]?(?:key|token|secret|id)["']?\s*[:=]\s*["']?([A-Za-z0-9._~+/=-]{12,})/gi,
  /\b(?:passw(?:or)?d|passwd|pwd|passphrase|client[_-]?secret)["']?\s*[:=]\s*["']([^"'\s]{4,})["']/gi,
  /\b(?:passw(?:or)?d|passwd|pwd|passphrase|client[_-]?secret)=([^\s"'&;,)]{4,})/gi,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:([^\s/@"']{2,})@/gi,
  /\bcurl\b[^\n]*?\s(?:-u|--user)[ =]?["']?[^\s:"']+:([^\s"']{2,})/gi,
  /\b(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*([A-Za-z0-9+/=\s]+?)\s*-----END/g,
];

const cookies = /(?:\b(?:set-)?cookie["']?\s*:\s*["']?|\bcurl\b[^\n]*?\s(?:-b|--cookie)[ =]?["']?)([^\n"']+)/gi;
const innocent =
  /^(true|false|null|undefined|none|\*+|x{3,}|redacted.*|<.*>|\$\{?.*|process\.env.*|config\..*|password|secret|token)$/i;

/** Every secret that a text gives away, by secretlint's rules and by what stands around it. */
export async function secretsIn(text: string): Promise<string[]> {
  const found = [...(await byFormat(text)), ...bySurroundings(text), ...inCookies(text)];
  return [...new Set(found)].filter((secret) => !innocent.test(secret)).sort((a, b) => b.length - a.length);
}

/** Puts a stand-in where a known secret stands. Short ones only count where nothing is joined to them. */
export function withoutSecrets(text: string, secrets: string[], placeholders: Placeholders): string {
  return secrets.reduce((rest, secret) => {
    if (!rest.includes(secret)) return rest;
    const exactly = new RegExp(`(?<![A-Za-z0-9])${escaped(secret)}(?![A-Za-z0-9])`, 'g');
    return rest.replace(exactly, () => {
      placeholders.taken();
      return `redacted-secret-${placeholders.number('secret', secret)}`;
    });
  }, text);
}

async function byFormat(text: string): Promise<string[]> {
  const { messages } = await lintSource({
    source: { filePath: 'thread.txt', content: text, ext: '.txt', contentType: 'text' },
    options: { config, noPhysicFilePath: true },
  });
  return messages.flatMap(({ data, range }) => {
    const named = Object.entries(data ?? {}).flatMap(([name, value]) =>
      typeof value === 'string' && name !== 'typeName' && text.includes(value) ? [value] : [],
    );
    const whole = named.length > 0 ? named : [text.slice(range[0], range[1])];
    return whole.map((secret) => /:\/\/[^\s/:@]*:([^\s/@]+)@/.exec(secret)?.[1] ?? secret);
  });
}

function bySurroundings(text: string): string[] {
  return surroundings.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, secret]) => secret ?? []));
}

function inCookies(text: string): string[] {
  return [...text.matchAll(cookies)].flatMap(([, list]) =>
    (list ?? '').split(';').flatMap((pair) => {
      const [, name, value] = /^\s*([^=\s]+)=(\S+)\s*$/.exec(pair) ?? [];
      if (!name || !value || /^(path|domain|expires|max-age|samesite)$/i.test(name)) return [];
      return value.length >= 16 || /sess|sid|auth|token|jwt|csrf|remember/i.test(name) ? [value] : [];
    }),
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
