/** The entry of a process that has no program of its own and only takes calls: the target sees nothing of it. */
export const waits = process.argv.splice(1, 1).length > 0;
