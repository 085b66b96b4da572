import type { Plan } from '../../simulation/plan.ts';

/** The flags that a plan sets. */
export type Flags = NonNullable<NonNullable<Plan['world']>['flags']>;

/** Flags as LaunchDarkly tells them. */
export function launchDarkly(flags: Flags): unknown {
  const told = Object.entries(flags).map(([key, value]) => [
    key,
    {
      key,
      version: 1,
      on: true,
      variations: [value],
      fallthrough: { variation: 0 },
      offVariation: 0,
      targets: [],
      rules: [],
      prerequisites: [],
      salt: key,
    },
  ]);
  return { flags: Object.fromEntries(told), segments: {} };
}

/** Flags as Unleash tells them. */
export function unleash(flags: Flags): { version: number; features: unknown[] } {
  const features = Object.entries(flags).map(([name, value]) => ({
    name,
    type: 'release',
    enabled: value !== false,
    stale: false,
    impressionData: false,
    strategies: [{ name: 'default', parameters: {}, constraints: [] }],
    variants:
      typeof value === 'boolean'
        ? []
        : [
            {
              name: String(value),
              weight: 1000,
              weightType: 'variable',
              stickiness: 'default',
              payload: { type: typeof value === 'number' ? 'number' : 'string', value: String(value) },
            },
          ],
  }));
  return { version: 2, features };
}

/** One flag as the protocol of OpenFeature tells it, with the status of the reply. */
export function openFeature(flags: Flags, key: string): { status: number; body: unknown } {
  if (!Object.hasOwn(flags, key)) return { status: 404, body: { key, errorCode: 'FLAG_NOT_FOUND' } };
  const value = flags[key];
  return { status: 200, body: { key, value, reason: 'STATIC', variant: String(value), metadata: {} } };
}
