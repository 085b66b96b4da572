/** Slack's mrkdwn, as its API delivers it, as the plain text that its author saw. Code fences stay as they are. */
export function plainText(mrkdwn: string): string {
  return mrkdwn
    .replace(/<([@#!]?)([^<>\n|]*)(?:\|([^<>\n]*))?>/g, (whole, sign: string, target: string, label?: string) =>
      sign === '' ? link(whole, target, label) : mention(sign, target, label),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** People stay ids: a name is nobody's business here. */
function mention(sign: string, target: string, label: string | undefined): string {
  if (sign === '@') return `@${target}`;
  if (sign === '#') return `#${label || target}`;
  if (target.startsWith('date^') || target.startsWith('subteam^')) return label ?? `@${target}`;
  return `@${target}`;
}

/** Slack makes links of what was typed; what was typed comes back, and a label that says more keeps its address. */
function link(whole: string, target: string, label: string | undefined): string {
  if (!/^(https?|mailto|tel|ftp|slack):/.test(target)) return whole;
  const address = target.replace(/^(mailto|tel):/, '');
  if (label === undefined || label === '' || address === label) return address;
  return stripped(address) === stripped(label) ? label : `${label} (${address})`;
}

function stripped(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/$/, '');
}
