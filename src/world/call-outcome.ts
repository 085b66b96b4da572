/** What came of a `call`. */
export type CallOutcome =
  | { value: unknown }
  | { error: { name: string; message: string; code: string | null } }
  | { missing: string }
  | { unloaded: string };
