import { timers } from './clock.ts';

interface Span {
  start?: number | string;
  end?: number | string;
  duration?: number;
  detail?: unknown;
}

/** Lets everything that measures how long something took measure the world's time, in which code takes none. */
export function installMeasuring(): void {
  const hooks = process.getBuiltinModule('node:perf_hooks');
  const { performance } = hooks;
  const mark = performance.mark.bind(performance);
  const measure = performance.measure.bind(performance);
  const elapsed = () => timers.now - timers.started;
  const idle = () => ({ idle: 0, active: 0, utilization: 0 });
  const timing = {
    name: 'node',
    entryType: 'node',
    startTime: 0,
    duration: 0,
    nodeStart: 0,
    v8Start: 0,
    environment: 0,
    bootstrapComplete: 0,
    loopStart: 0,
    loopExit: -1,
    idleTime: 0,
  };
  const own = {
    mark: (name: string, options: { startTime?: number } = {}) => mark(name, { startTime: elapsed(), ...options }),
    measure(name: string, first?: string | Span, end?: string) {
      const span: Span = typeof first === 'object' && first !== null ? { ...first } : { start: first, end };
      if (span.duration === undefined) span.end ??= elapsed();
      if (span.duration === undefined || span.end === undefined) span.start ??= 0;
      return measure(name, span as never);
    },
    timerify: <T>(work: T): T => work,
    eventLoopUtilization: idle,
    nodeTiming: timing,
    toJSON: () => ({ timeOrigin: timers.started, nodeTiming: timing, eventLoopUtilization: idle() }),
  };
  for (const [name, value] of Object.entries(own)) {
    Object.defineProperty(performance, name, { value, configurable: true, writable: true, enumerable: true });
  }
  const monitor = () => Object.assign(hooks.createHistogram(), { enable: () => true, disable: () => true });
  Object.assign(hooks, { monitorEventLoopDelay: monitor, timerify: own.timerify, eventLoopUtilization: idle });
}
