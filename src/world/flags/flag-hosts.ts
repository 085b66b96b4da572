import type { World } from '../world.ts';

/** The hosts at which LaunchDarkly's SDK for servers asks. */
const launchDarkly = ['stream.launchdarkly.com', 'sdk.launchdarkly.com', 'events.launchdarkly.com'];
const images = /(?:^|\/)(?:unleash-(?:server|edge)|flagd|go-feature-flag(?:-relay-proxy)?)(?::|@|$)/;
const settings = /(?:^|_)(?:UNLEASH|FLAGD|OFREP|GO_FEATURE_FLAG)(?:_|$)/;

/** Every host that keeps flags: LaunchDarkly's, those of known images, and those that settings of that name lead to. */
export function flagHosts({ services, stores, unmodelled }: World): string[] {
  const own = new Set([...services, ...stores].flatMap(({ name, hosts }) => [name, ...hosts]));
  const named = unmodelled.filter(({ image }) => images.test(image)).map(({ name }) => name);
  const told = services.flatMap(({ environment }) =>
    Object.entries(environment).flatMap(([name, value]) => {
      if (!settings.test(name)) return [];
      if (/^https?:/.test(value) && URL.canParse(value)) return [new URL(value).hostname];
      return /(?:^|_)HOST$/.test(name) && /^[a-z\d][a-z\d.-]*$/i.test(value) ? [value] : [];
    }),
  );
  return [...new Set([...launchDarkly, ...named, ...told])].filter((host) => !own.has(host) && host !== 'localhost');
}
