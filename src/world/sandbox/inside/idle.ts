/** The entry of a process that has no program of its own and only takes calls. */
export const waits = true;
