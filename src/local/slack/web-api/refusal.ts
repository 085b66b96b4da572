/** A call that the Web API answers with ok: false and one of Slack's own codes. */
export class Refusal extends Error {
  readonly code: string;
  /** Lines for response_metadata.messages, saying where in the arguments the trouble is. */
  readonly details: string[];

  constructor(code: string, details: string[] = []) {
    super(`Slack would refuse this call: ${code}`);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}
