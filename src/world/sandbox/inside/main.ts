import { syncBuiltinESMExports } from 'node:module';
import type { Order } from '../protocol.ts';
import { installAssembly } from './assembly.ts';
import { call } from './calls.ts';
import { installChance } from './chance.ts';
import { beginning, say } from './channel.ts';
import { installClock, timers } from './clock.ts';
import { installContexts } from './contexts.ts';
import { installErrors } from './errors.ts';
import { installFileFacts } from './file-facts.ts';
import { installHeaders } from './headers.ts';
import { installKeys } from './keys.ts';
import { installMachine } from './machine.ts';
import { installNames } from './names.ts';
import { accept, installNetwork } from './network.ts';
import { installOutput } from './output.ts';
import { installOverlay } from './overlay.ts';
import { hidden } from './preview.ts';
import { countsBeyond, installRecorder } from './recorder.ts';
import { installSecrecy } from './secrecy.ts';
import { arrived, connected, ended, refused, reset } from './sockets.ts';
import { installSources } from './sources.ts';
import { later, takeTurns } from './turns.ts';
import { installWalls } from './walls.ts';

const told = beginning();
hidden.folder = told.tree;
installOutput();
if (told.isWalled) installWalls(told.tree);
installErrors();
installMachine(told);
installClock(told.now);
installChance(told.seed, told.service);
installAssembly();
installContexts();
installKeys();
installFileFacts();
installNetwork(told.address);
installSecrecy();
installNames();
installHeaders();
installRecorder(told.mostEvents);
const suite = told.suite ? await import('./suite.ts') : undefined;
installSources(told);
installOverlay(told.files, told.tree);
syncBuiltinESMExports();
takeTurns(obey);

function obey(order: Order): unknown {
  switch (order.t) {
    case 'tick':
      return ring();
    case 'call':
      return call(order);
    case 'test':
      return suite?.test(order);
    case 'drain':
      return suite?.endProgram();
    case 'leave':
      return suite?.finishProgram();
    case 'accept':
      return accept(order.c, order.port, order.from);
    case 'connected':
      return connected(order.c, order.to, order.from);
    case 'refused':
      return refused(order.c, order.code, order.message);
    case 'data':
      return arrived(order.c, Buffer.from(order.b, 'base64'));
    case 'end':
      return ended(order.c);
    case 'reset':
      return reset(order.c);
    case 'finish':
      return say({ t: 'counts', counts: countsBeyond() });
    default:
      return undefined;
  }
}

/** Runs the timers that are due, one after the other, as Node does. */
function ring(): void {
  const timer = timers.takeDue();
  if (!timer) return;
  later(ring);
  timer.run();
}
