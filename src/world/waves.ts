import type { World } from './world.ts';

/** The names of the services in the order they start: each wave needs only what stands before it. */
export function waves({ services }: World): string[][] {
  const names = new Set(services.map((service) => service.name));
  const done = new Set<string>();
  const found: string[][] = [];
  while (done.size < names.size) {
    const ready = services.filter(
      ({ name, needs }) => !done.has(name) && needs.every((need) => done.has(need) || !names.has(need)),
    );
    const wave = (ready.length > 0 ? ready : services.filter(({ name }) => !done.has(name))).map(({ name }) => name);
    for (const name of wave) done.add(name);
    found.push(wave);
  }
  return found;
}
