import { syncBuiltinESMExports } from 'node:module';
import type { Order } from '../protocol.ts';
import { installAddons } from './addons.ts';
import { installAssembly } from './assembly.ts';
import { call } from './calls.ts';
import { installChance } from './chance.ts';
import { beginning, say } from './channel.ts';
import { installClock, timers } from './clock.ts';
import { addressDatagrams, datagramArrived } from './datagrams.ts';
import { installDisk } from './disk.ts';
import { installDoubling } from './doubling.ts';
import { installErrors } from './errors.ts';
import { installFlags } from './flags.ts';
import { installHeaders } from './headers.ts';
import { installHttp2Clock } from './http2-clock.ts';
import { installMachine } from './machine.ts';
import { installMeasuring } from './measuring.ts';
import { installNames } from './names.ts';
import { accept, installNetwork } from './network.ts';
import { installOutput } from './output.ts';
import { installOverlay } from './overlay.ts';
import { hidden } from './preview.ts';
import { installRealms } from './realms.ts';
import { countsBeyond, installRecorder } from './recorder.ts';
import { installSecrecy } from './secrecy.ts';
import { arrived, connected, ended, hold, refused, reset } from './sockets.ts';
import { installSources } from './sources.ts';
import { spellAsWritten } from './spelling.ts';
import { later, takeTurns } from './turns.ts';
import { installUnseeded } from './unseeded.ts';
import { installWalls } from './walls.ts';

const told = beginning();
hidden.folder = told.tree;
if (told.copies > 0) installDoubling(told.isWalled);
installOutput();
if (told.isWalled) installWalls(told.tree);
installErrors();
installMachine(told);
installClock(told.now);
installChance(told.seed, told.service);
installRealms();
installMeasuring();
installAssembly();
if (!told.suite) installUnseeded();
installNetwork(told.address);
addressDatagrams(told.address);
installSecrecy();
installNames();
installHeaders();
installHttp2Clock();
spellAsWritten();
installRecorder(told.mostEvents);
const suite = told.suite ? await import('./suite.ts') : undefined;
const next = isNext(process.argv[1]) ? await import('./next-server.ts') : undefined;
installSources(told);
installDisk(told.tree);
installOverlay(told.files, told.tree);
installFlags(told.flags);
installAddons(told.runtime);
next?.standForNext();
syncBuiltinESMExports();
takeTurns(obey);

/** Whether the program is the command of Next.js, in whose place our own server stands. */
function isNext(program = ''): boolean {
  return program.endsWith('/node_modules/next/dist/bin/next');
}

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
      return accept(order.c, order.port, order.from, order.secret);
    case 'connected':
      return connected(order.c, order.to, order.from, order.alpn);
    case 'refused':
      return refused(order.c, order.code, order.message);
    case 'data':
      return arrived(order.c, Buffer.from(order.b, 'base64'));
    case 'datagram':
      return datagramArrived(order.port, order.from, Buffer.from(order.b, 'base64'));
    case 'end':
      return ended(order.c);
    case 'reset':
      return reset(order.c);
    case 'hold':
      return hold(order.c, order.on);
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
