import type { Team } from './team.ts';
import { findChannel } from './team.ts';

const link = /\bhttps?:\/\/[^\s<>|`"']+[^\s<>|`"'.,;:!?)\]}*_~]/g;
const address = /\b[\w.+-]+@[\w-]+\.[\w.-]*\w/g;
const domain =
  /(?<![\w@./:-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|co|md|sh)(?:\/[^\s<>|`"']*[\w/])?(?![\w@.-])/gi;

/** What a person types, as Slack's API delivers it: entities escaped, mentions and links in angle brackets. */
export function asDelivered(typed: string, team: Team): string {
  return typed
    .replaceAll('\r\n', '\n')
    .split(/(```[\s\S]*?```|`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? linked(escaped(part)) : marked(escaped(part), team)))
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function linked(text: string): string {
  return text.replace(link, (url) => `<${url}>`);
}

/** Outside of code; Slack also takes README.md for an address, and so does this. */
function marked(text: string, team: Team): string {
  return text
    .split(new RegExp(`(${link.source}|${address.source})`))
    .map((part, index) => {
      if (index % 2 === 0) return mentioned(part, team);
      return part.startsWith('http') ? `<${part}>` : `<mailto:${part}|${part}>`;
    })
    .join('');
}

function mentioned(text: string, team: Team): string {
  return text
    .replace(domain, (found) => `<http://${found}|${found}>`)
    .replace(/(?<![\w<|@])@([\w-]+)/g, (whole, name: string) => {
      if (['channel', 'here', 'everyone'].includes(name)) return `<!${name}>`;
      const person = team.people.find((one) => one.name === name);
      return person ? `<@${person.id}>` : whole;
    })
    .replace(/(?<![\w<&|#])#([a-z0-9_-]+)/g, (whole, name: string) => {
      const channel = findChannel(team, name);
      return channel ? `<#${channel.id}|${channel.name}>` : whole;
    });
}
