import type { KnownBlock } from '@slack/types';
import { codeLink, type Report } from '../../../scenarios/report.ts';
import { clip, code, fence, plain, quote } from './mrkdwn.ts';
import { section } from './section.ts';

/** Why a scenario is violated: the line, the commit, and its author's own reason. */
export function cause({ cause: found, codeUrl, stage }: Report): KnownBlock[] {
  if (!found || (stage !== 'done' && stage !== 'mending')) return [];
  if (!('commit' in found)) return [section(`*Root cause not found*: ${plain(found.reason)}`)];
  const { commit, file, line, text, functions } = found;
  const link = codeLink(codeUrl, { commit: commit.id, file, line });
  const place = `${file}:${line}`;
  const where = functions[0] ? ` in ${code(functions[0].name)}` : '';
  const others = [...new Set(found.hunks.map((hunk) => hunk.file))].filter((other) => other !== file);
  const rest = others.length > 0 ? `\ntogether with ${others.slice(0, 3).map(code).join(', ')}` : '';
  const reason = commit.body.trim() ? `\n${quote(commit.body)}` : '';
  return [
    section(
      `*Root cause* ${link ? `<${link}|${plain(place)}>` : code(place)}${where}${rest}\n${fence(text.trim() || '(an empty line)', 400)}`,
    ),
    section(
      `came with ${code(commit.id.slice(0, 7))} *${plain(clip(commit.subject, 200))}* by ${plain(commit.author)}, ${commit.at.slice(0, 10)}${reason}`,
    ),
  ];
}
