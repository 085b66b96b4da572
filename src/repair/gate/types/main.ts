import { readFileSync } from 'node:fs';
import { type Asked, errorsIn } from './errors-in.ts';

// A process of its own: what it parses is the target's, so it may neither write, nor reach the network, nor take long.
process.stdout.write(JSON.stringify(errorsIn(JSON.parse(readFileSync(0, 'utf8')) as Asked)));
