/** Stand-ins that tests put in the place of modules. */
export const mocker = {
  /** Resolves when every stand-in that was asked for is there. */
  async ready(): Promise<void> {
    await Promise.all([]);
  },
};
