import type { Breakage } from '../breakage.ts';
import type { Candidate } from './candidate.ts';

const setting = /^(\s*(?:-\s+)?(?:export\s+)?["']?([\w.-]+)["']?\s*[:=]\s*)(\S.*?)(\s*,?\s*)$/;
const files = /(^|\/)\.env[^/]*$|\.(json5?|jsonc|ya?ml|toml|ini|env|properties|conf)$/i;
const most = 12;

/** Values of configuration that the change set otherwise, each put back to what it was, wherever the line stands now. */
export async function earlierSettings({ mirror, head, cause }: Breakage): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const { file, removed, added } of cause?.hunks ?? []) {
    const source = files.test(file) ? await mirror.read(head, file) : undefined;
    if (source === undefined) continue;
    const lines = source.split('\n');
    for (const was of removed.flatMap(settingIn)) {
      const now = added.flatMap(settingIn).find(({ key }) => key === was.key);
      if (!now || now.value === was.value) continue;
      lines.forEach((line, at) => {
        const here = settingIn(line)[0];
        if (here?.key !== was.key || here.value !== now.value) return;
        const text = lines.with(at, `${here.before}${was.value}${here.after}`).join('\n');
        const what = `configuration: setting ${was.key} back to ${was.value} at ${file}:${at + 1}`;
        candidates.push({ kind: 'template', what, edit: { files: { [file]: text } } });
      });
    }
  }
  return candidates.slice(0, most);
}

function settingIn(line: string): { before: string; key: string; value: string; after: string }[] {
  const [, before, key, value, after] = setting.exec(line) ?? [];
  return before !== undefined && key && value ? [{ before, key, value, after: after ?? '' }] : [];
}
