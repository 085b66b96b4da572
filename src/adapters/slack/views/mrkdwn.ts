/** Text from outside as Slack shows it: nothing in it can mention anybody, hide where a link leads, or begin a block of code. */
export function plain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('```', 'ˋˋˋ');
}

/** Text cut to a length, saying so. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** Lines cut to a length at the end of a line, saying how many are left out. */
export function clipLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const lines = text.split('\n');
  let kept = '';
  let count = 0;
  for (const line of lines) {
    if (kept.length + line.length + 30 > limit) break;
    kept += `${line}\n`;
    count += 1;
  }
  return `${kept}… ${lines.length - count} more lines`;
}

/** Text as code in a line. */
export function code(text: string): string {
  return `\`${plain(clip(text.replaceAll('`', 'ˋ').replaceAll('\n', ' '), 300))}\``;
}

/** Text as a block of code, cut to a length as Slack counts it: with its signs escaped. */
export function fence(text: string, limit = 2_600): string {
  return `\`\`\`\n${clipLines(plain(text.trimEnd()), limit)}\n\`\`\``;
}

/** Every line as a quotation. */
export function quote(text: string, limit = 600): string {
  return clip(text.trim(), limit)
    .split('\n')
    .map((line) => `&gt; ${plain(line)}`)
    .join('\n');
}
