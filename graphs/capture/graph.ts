import { type BaseCheckpointSaver, END, START, StateGraph } from '@langchain/langgraph';
import { draft } from './draft.ts';
import { explain } from './explain.ts';
import { guarded } from './guarded.ts';
import { mend } from './mend.ts';
import { present } from './present.ts';
import { read } from './read.ts';
import { recall } from './recall.ts';
import { revise } from './revise.ts';
import { whatNext, whetherDone, whetherGrounded, whetherKnown, whetherViolated } from './routes.ts';
import type { Services } from './services.ts';
import { settle } from './settle.ts';
import { simulate } from './simulate.ts';
import { Capture } from './state.ts';
import { wait } from './wait.ts';

/** A thread becomes a scenario: read, draft, recall, simulate, explain, mend, present; then it waits for what people say. */
export const capture = (services: Services, checkpointer: BaseCheckpointSaver) =>
  new StateGraph(Capture)
    .addNode('read', guarded(read(services)))
    .addNode('draft', guarded(draft(services)))
    .addNode('recall', guarded(recall(services)))
    .addNode('simulate', guarded(simulate(services)))
    .addNode('explain', guarded(explain(services)))
    .addNode('mend', guarded(mend(services)))
    .addNode('present', present(services))
    .addNode('wait', wait)
    .addNode('revise', guarded(revise(services)))
    .addNode('settle', guarded(settle(services)))
    .addEdge(START, 'read')
    .addConditionalEdges('read', whetherDone, { done: 'draft', failed: 'present' })
    .addConditionalEdges('draft', whetherGrounded, { grounded: 'recall', otherwise: 'present' })
    .addConditionalEdges('recall', whetherKnown, { new: 'simulate', otherwise: 'present' })
    .addConditionalEdges('simulate', whetherViolated, { violated: 'explain', otherwise: 'present' })
    .addConditionalEdges('explain', whetherDone, { done: 'mend', failed: 'present' })
    .addEdge('mend', 'present')
    .addEdge('present', 'wait')
    .addConditionalEdges('wait', whatNext, {
      read: 'read',
      simulate: 'simulate',
      revise: 'revise',
      settle: 'settle',
      end: END,
    })
    .addConditionalEdges('revise', whetherDone, { done: 'simulate', failed: 'present' })
    .addEdge('settle', 'present')
    .compile({ checkpointer });

/** A capture, ready to run. */
export type CaptureGraph = ReturnType<typeof capture>;
