/** Tells of each partition in a request whether it is named there for the first time: a request is worth one look at each. */
export function once(): (topic: string, index: number) => boolean {
  const named = new Set<string>();
  return (topic, index) => {
    const before = named.size;
    named.add(`${index} ${topic}`);
    return named.size > before;
  };
}
