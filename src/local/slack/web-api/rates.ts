/** How often a method may be called: this many times a minute, saved up to a burst. */
export interface Rate {
  perMinute: number;
  burst: number;
}

/** Slack's tiers, with the bursts it tolerates. */
export const tiers = {
  tier1: { perMinute: 1, burst: 2 },
  tier2: { perMinute: 20, burst: 20 },
  tier3: { perMinute: 50, burst: 50 },
  tier4: { perMinute: 100, burst: 100 },
  posting: { perMinute: 60, burst: 10 },
  free: { perMinute: 600, burst: 600 },
} as const satisfies Record<string, Rate>;

/** The rate of each method; what is not listed is tier 3. */
export const slackRates: Record<string, Rate> = {
  'auth.test': tiers.free,
  'api.test': tiers.tier4,
  'chat.postMessage': tiers.posting,
  'chat.postEphemeral': tiers.tier4,
  'chat.getPermalink': tiers.free,
  'chat.startStream': tiers.tier2,
  'chat.appendStream': tiers.tier4,
  'chat.stopStream': tiers.tier2,
  'conversations.list': tiers.tier2,
  'conversations.members': tiers.tier4,
  'users.info': tiers.tier4,
  'users.list': tiers.tier2,
  'views.open': tiers.tier4,
  'views.update': tiers.tier4,
  'views.push': tiers.tier4,
  'views.publish': tiers.tier4,
  'files.getUploadURLExternal': tiers.tier4,
  'files.completeUploadExternal': tiers.tier4,
};

/** Counts calls; says how long to wait, in seconds, when there were too many. */
export class Rates {
  readonly #rates: Record<string, Rate> | 'off';
  readonly #clock: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(rates: Record<string, Rate> | 'off', clock: () => number) {
    this.#rates = rates;
    this.#clock = clock;
  }

  /** Undefined when the call may go on; else the seconds after which to try again. */
  wait(method: string, team: string, channel: string): number | undefined {
    if (this.#rates === 'off') return undefined;
    const { perMinute, burst } = this.#rates[method] ?? tiers.tier3;
    const key = [team, method, method === 'chat.postMessage' ? channel : ''].join('|');
    const now = this.#clock();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * perMinute) / 60_000);
    const granted = tokens >= 1;
    this.#buckets.set(key, { tokens: granted ? tokens - 1 : tokens, at: now });
    return granted ? undefined : Math.max(1, Math.ceil(((1 - tokens) * 60) / perMinute));
  }
}
