import { z } from 'zod';

const Line = z.string().trim().min(1);

/** What a model answers when it drafts a scenario; the plan as JSON text, for no provider takes its schema whole. */
export const Answer = z.object({
  title: Line.max(200),
  narrative: Line.max(4_000),
  tags: z.array(z.string().max(80)).max(12),
  plan: z.string().max(60_000).nullable(),
  missing: z.object({ sentence: Line.max(600), question: Line.max(400) }).nullable(),
});

/** An answer of a model that has been read and keeps to the bounds. */
export type Answer = z.infer<typeof Answer>;

/** The same shape without bounds, which not every provider understands. */
export const AnswerShape = z.object({
  title: z.string(),
  narrative: z.string(),
  tags: z.array(z.string()),
  plan: z.string().nullable(),
  missing: z.object({ sentence: z.string(), question: z.string() }).nullable(),
});
