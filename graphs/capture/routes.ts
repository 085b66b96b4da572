import type { CaptureState } from './state.ts';

/** Could the thread be grounded in a plan? */
export function whetherGrounded(state: CaptureState): 'grounded' | 'missing' {
  return state.drafted?.plan ? 'grounded' : 'missing';
}

/** Is the same thing remembered already? */
export function whetherKnown(state: CaptureState): 'known' | 'new' {
  return state.known.length > 0 ? 'known' : 'new';
}

/** Does the scenario fail on the default branch? */
export function whetherViolated(state: CaptureState): 'violated' | 'otherwise' {
  return state.verdict?.outcome === 'violated' ? 'violated' : 'otherwise';
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
