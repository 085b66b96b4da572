import type { KnownBlock } from '@slack/types';
import { apart } from '../../../diagnosis/apart.ts';
import { cutSentence, type GuiltyCall, placeText, suspicionLines, verbs } from '../../../diagnosis/root-cause.ts';
import { codeLink, type Report } from '../../../scenarios/report.ts';
import { clip, code, fence, plain, quote } from './mrkdwn.ts';
import { section } from './section.ts';

/** Why a scenario is violated: the line, the first call that differs, the commit, and its author's own reason. */
export function cause({ cause: found, codeUrl, stage }: Report): KnownBlock[] {
  if (!found || (stage !== 'done' && stage !== 'mending')) return [];
  if (!('commit' in found)) {
    const likely = found.suspicion
      ? suspicionLines(found.suspicion).map((said) => `\n• ${plain(clip(said, 200))}`)
      : [];
    const told = likely.length > 0 ? `\nLikely, not proven:${likely.join('')}` : '';
    return [section(`*Root cause not found*: ${plain(found.reason)}${told}`)];
  }
  const { commit, file, line, text, functions, revision = commit.id } = found;
  const link = codeLink(codeUrl, { commit: revision, file, line });
  const place = placeText(found);
  const where = functions[0] ? ` in ${code(functions[0].name)}` : '';
  const gone = revision === commit.id ? '' : ', which went with the commit';
  const others = [...new Set(found.hunks.map((hunk) => hunk.file))].filter((other) => other !== file);
  const cut = found.isCut ? `\nperhaps not every change named is needed: ${cutSentence}` : '';
  const rest = others.length > 0 ? `\ntogether with ${others.slice(0, 3).map(code).join(', ')}` : '';
  const reason = commit.body.trim() ? `\n${quote(commit.body)}` : '';
  const shown = line > 0 ? `\n${fence(text.trim() || '(an empty line)', 400)}` : '';
  return [
    section(`*Root cause* ${link ? `<${link}|${plain(place)}>` : code(place)}${where}${gone}${rest}${cut}${shown}`),
    ...(found.guilty ? [section(guiltyText(found.guilty, codeUrl))] : []),
    section(
      `came with ${code(commit.id.slice(0, 7))} *${plain(clip(commit.subject, 200))}* by ${plain(commit.author)}, ${commit.at.slice(0, 10)}${reason}`,
    ),
  ];
}

/** The first call that got equal inputs and gave another result, with both results. */
function guiltyText({ name, at, args, base, head, isChanged }: GuiltyCall, codeUrl: string | undefined): string {
  const link = codeLink(codeUrl, { commit: at.revision, file: at.file, line: at.line });
  const place = placeText(at);
  const [was, is] = apart(base.text, head.text);
  const given = args ? ` given ${code(clip(args, 160))}` : '';
  const told = (kind: keyof typeof verbs, text: string) => `${verbs[kind]}${text ? ` ${code(text)}` : ''}`;
  const why = isChanged ? '' : ', which stands on what was changed';
  return `*First to differ* ${code(name)} ${link ? `<${link}|${plain(place)}>` : code(place)}${why}:${given} it ${told(base.kind, was)} before and ${told(head.kind, is)} now`;
}
