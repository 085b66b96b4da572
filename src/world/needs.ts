import type { Plan } from '../simulation/plan.ts';
import type { Service, World } from './world.ts';

/** What a plan sets in motion, roughly, and the services that it asks itself. */
export function needsOf({ when }: Plan, { services }: World): { kind: string; likely: string[] } {
  const asked = when.flatMap((step) => ('http' in step ? [step.http] : []));
  const verbs = when.map((step) =>
    'http' in step ? `${step.http.to} ${step.http.method} ${step.http.path}` : Object.keys(step)[0],
  );
  const isAsked = ({ name, hosts }: Service) => asked.some(({ to }) => to === name || hosts.includes(to));
  return {
    kind: [...new Set(verbs)].join('\n'),
    likely: services.filter(isAsked).map(({ name }) => name),
  };
}
