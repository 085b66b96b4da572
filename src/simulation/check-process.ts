import { check, evaluate } from './check.ts';
import type { Answered, Asked } from './checks.ts';

const largest = 16 << 20;

process.on('message', (asked: Asked) => void answer(asked));

async function answer({ id, does, expression, recorded }: Asked): Promise<void> {
  try {
    const value = await (does === 'check' ? check : evaluate)(expression, recorded);
    const size = JSON.stringify(value)?.length ?? 0;
    if (size > largest) tell({ id, wrong: `it gives more than ${largest >> 20} MB` });
    else tell({ id, value });
  } catch (thrown) {
    const wrong = typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : thrown;
    tell({ id, wrong: String(wrong).slice(0, 500) });
  }
}

function tell(answered: Answered): void {
  process.send?.(answered);
}
