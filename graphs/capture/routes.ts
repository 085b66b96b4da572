import type { CaptureState } from './state.ts';

/** Did the step before come to its end? */
export function whetherDone(state: CaptureState): 'done' | 'failed' {
  return state.failed ? 'failed' : 'done';
}

/** Could the thread be grounded in a plan? */
export function whetherGrounded(state: CaptureState): 'grounded' | 'otherwise' {
  return !state.failed && state.drafted?.plan ? 'grounded' : 'otherwise';
}

/** Is it something that is not remembered already? */
export function whetherKnown(state: CaptureState): 'new' | 'otherwise' {
  return !state.failed && state.known.length === 0 ? 'new' : 'otherwise';
}

/** Does the scenario fail on the default branch? */
export function whetherViolated(state: CaptureState): 'violated' | 'otherwise' {
  return !state.failed && state.verdict?.outcome === 'violated' ? 'violated' : 'otherwise';
}

/** What does a person's deed ask for? */
export function whatNext(state: CaptureState): 'read' | 'simulate' | 'revise' | 'settle' | 'end' {
  switch (state.happened?.kind) {
    case 'again':
    case 'answer':
      return 'read';
    case 'new':
      return 'simulate';
    case 'edit':
      return 'revise';
    case 'keep':
    case 'discard':
    case 'not-a-bug':
      return 'settle';
    default:
      return 'end';
  }
}
