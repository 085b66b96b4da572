import type { Evidence } from '../../evidence/evidence.ts';

const role = '(?:[Tt]enant|[Cc]ustomer|[Mm]erchant|[Cc]lient|[Aa]ccount|[Ss]hop|[Oo]rganisation|[Oo]rg)';
const name = '([A-Z][A-Za-z0-9&]+(?: (?:Industries|Corp|Inc|Ltd|GmbH|AG|Group|Bank|Labs))?)';
const customers = [
  new RegExp(`\\b${role}s?:? (?:is |called |named )?\`?${name}\\b`, 'g'),
  new RegExp(`\\b${name}(?:'s|’s)? ${role}\\b`, 'g'),
  new RegExp(`\\b(?:[Jj]ob|[Ii]nvoice|[Oo]rder|[Ii]mport|[Ee]xport|[Ww]idget) (?:of|for) ${name}\\b`, 'g'),
];
const workflows = /\b([a-z]{4,}(?:[- ][a-z]{4,})?) (?:workflow|flow|job|import|export|checkout)\b/g;
const noName =
  /^(The|This|That|Our|Their|Your|Every|Each|One|All|Some|Any|No|Which|What|Only|Same|Another|Other|For|In|On|At|And|But|Is|It|We|They|I|If|A|An|New|Old|Portal|Id|ID)$/;
const noWorkflow =
  /^(?:with|this|that|from|their|your|other|same|every|each|which|only|when|then|some|whole|first|last)\b/;

/** What a thread names: the channel, customers, workflows; so that a scenario is found by them. */
export function tagsOf({ quotes, visibility }: Evidence): string[] {
  const prose = quotes.map(({ text }) => text.replace(/```[\s\S]*?(```|$)/g, ' ')).join('\n');
  const named = customers.flatMap((pattern) => [...prose.matchAll(pattern)].flatMap(([, found]) => found ?? []));
  const flows = [...prose.matchAll(workflows)].flatMap(([, found]) => (found && !noWorkflow.test(found) ? found : []));
  const tags = [
    ...named.filter((found) => !noName.test(found)).map((found) => `customer:${found}`),
    ...flows.slice(0, 2).map((found) => `workflow:${found.replace(/\s+/g, '-')}`),
    ...(visibility.channel === 'file' ? [] : [`channel:${visibility.name ?? visibility.channel}`]),
  ];
  return [...new Set(tags)].slice(0, 8);
}
