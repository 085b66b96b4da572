/** An error that Redis answers with. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
