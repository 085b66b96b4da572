/** What a writer of patches is shown. Everything in it comes from outside. */
export interface PatchMaterial {
  /** The plan, as JSON, and why it is violated. */
  plan: string;
  violated: string;
  /** What happened in the violated run, the last first where it is cut. */
  trace: string;
  /** The change that broke it, when it is known. */
  change?: string;
  /** The files that may be changed, whole or around the guilty functions. */
  code: { file: string; text: string }[];
  /** What was proposed in earlier rounds, and why it was refused. */
  refused: { proposal: string; reason: string }[];
}

/** One place of a file in which one text is put for another; the text to be replaced stands there once. */
export interface Replacing {
  file: string;
  before: string;
  after: string;
}

/** A patch as proposed: believed only when it has passed the gate. */
export interface Proposal {
  summary: string;
  edits: Replacing[];
}

/** An answer that is no proposal, and why; whether it is worth asking again. */
export interface Unusable {
  unusable: string;
  mayAsk: boolean;
}

/** Writes patches; a model that is configured. Never throws for what the model or its provider does. */
export interface Patcher {
  name: string;
  propose(material: PatchMaterial): Promise<Proposal | Unusable>;
}
