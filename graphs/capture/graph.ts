import { type BaseCheckpointSaver, END, START, StateGraph } from '@langchain/langgraph';
import { draft } from './draft.ts';
import { explain } from './explain.ts';
import { guarded } from './guarded.ts';
import { mend } from './mend.ts';
import { present } from './present.ts';
import { read } from './read.ts';
import { recall } from './recall.ts';
import { revise } from './revise.ts';
import { whatNext, whetherGrounded, whetherKnown, whetherViolated } from './routes.ts';
import type { Services } from './services.ts';
import { settle } from './settle.ts';
import { simulate } from './simulate.ts';
import { Capture } from './state.ts';
import { wait } from './wait.ts';

/** A thread becomes a scenario: read, draft, recall, simulate, explain, mend, present; then it waits for what people say. */
export const capture = (services: Services, checkpointer: BaseCheckpointSaver) =>
  new StateGraph(Capture)
    .addNode('read', guarded(read(services)), { ends: ['present'] })
    .addNode('draft', guarded(draft(services)), { ends: ['present'] })
    .addNode('recall', guarded(recall(services)), { ends: ['present'] })
    .addNode('simulate', guarded(simulate(services)), { ends: ['present'] })
    .addNode('explain', guarded(explain(services)), { ends: ['present'] })
    .addNode('mend', guarded(mend(services)), { ends: ['present'] })
    .addNode('present', present(services))
    .addNode('wait', wait)
    .addNode('revise', guarded(revise(services)), { ends: ['present'] })
    .addNode('settle', guarded(settle(services)), { ends: ['present'] })
    .addEdge(START, 'read')
    .addEdge('read', 'draft')
    .addConditionalEdges('draft', whetherGrounded, { grounded: 'recall', missing: 'present' })
    .addConditionalEdges('recall', whetherKnown, { known: 'present', new: 'simulate' })
    .addConditionalEdges('simulate', whetherViolated, { violated: 'explain', otherwise: 'present' })
    .addEdge('explain', 'mend')
    .addEdge('mend', 'present')
    .addEdge('present', 'wait')
    .addConditionalEdges('wait', whatNext, {
      read: 'read',
      simulate: 'simulate',
      revise: 'revise',
      settle: 'settle',
      end: END,
    })
    .addEdge('revise', 'simulate')
    .addEdge('settle', 'present')
    .compile({ checkpointer });

/** A capture, ready to run. */
export type CaptureGraph = ReturnType<typeof capture>;
