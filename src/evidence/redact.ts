import { withoutPersonalData } from './personal.ts';
import { createPlaceholders } from './placeholders.ts';
import { secretsIn, withoutSecrets } from './secrets.ts';

/** Texts without secrets and personal data, and how many places that concerned. */
export interface Redacted {
  texts: string[];
  redactions: number;
}

/**
 * Takes secrets and personal data out of texts that belong together.
 * What one text gives away as a secret is taken out of all of them, and one value has one stand-in throughout.
 */
export async function redact(texts: string[]): Promise<Redacted> {
  const secrets = new Set<string>();
  for (const text of texts) for (const secret of await secretsIn(text)) secrets.add(secret);
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  const placeholders = createPlaceholders();
  const clean = texts.map((text) =>
    withoutPersonalData(withoutSecrets(text, longestFirst, placeholders), placeholders),
  );
  return { texts: clean, redactions: placeholders.count };
}
