import { forgetModules, installStandIns, real, standBack, standIn } from './suite-mocks.ts';

type MockObject = (options: object, object: object, exports?: object) => object;
type Load = (name: string) => Promise<Record<string, unknown>>;

/** Lets `vi.mock` and its like put stand-ins in the place of modules. */
export async function installVitestMocks(vitest: Record<string, unknown>, load: Load): Promise<void> {
  const { mockObject } = (await load('@vitest/mocker').catch(() => ({}))) as { mockObject?: MockObject };
  const vi = vitest.vi as { fn(): unknown; spyOn(...args: unknown[]): unknown; resetModules(): unknown };
  vi.resetModules = () => {
    forgetModules();
    return vi;
  };
  const waiting: Promise<unknown>[] = [];
  const imitate = (value: unknown, type = 'automock'): unknown => {
    if (!mockObject) return shallow(value, vi);
    const globalConstructors = { Object, Function, Array, Map, RegExp };
    return mockObject({ type, globalConstructors, spyOn: vi.spyOn, createMockInstance: vi.fn }, { value }, {}) as {
      value: unknown;
    };
  };
  const imitation = (value: unknown, type?: string) => Object(imitate(value, type)).value ?? imitate(value, type);
  const cwd = process.cwd();
  installStandIns({
    imitate: imitation,
    isOwn: (file) => file.startsWith(cwd) && !file.slice(cwd.length).includes('/node_modules/'),
  });
  const mocker = {
    queueMock(name: string, from: string, given?: (() => unknown) | { spy?: boolean }) {
      if (typeof given !== 'function') {
        const type = given?.spy ? 'autospy' : 'automock';
        return standIn(name, from, given?.spy ? () => imitation(real(name, from), type) : undefined);
      }
      let came: { exports: unknown } | undefined;
      const making = Promise.resolve().then(given);
      const kept = making.then((exports) => {
        came = { exports: checked(exports, name) };
      });
      waiting.push(kept);
      standIn(name, from, () => {
        if (came) return came.exports;
        const now = given();
        if (now instanceof Promise) throw new Error(`the stand-in for ${name} was needed before it was made`);
        return checked(now, name);
      });
    },
    queueUnmock: (name: string, from: string) => standBack(name, from),
    importActual: async (name: string, from: string) => real(name, from),
    importMock: async (name: string, from: string) => imitation(real(name, from)),
    mockObject: (value: unknown, _exports: unknown, type?: string) => imitate(Object(value).value, type),
    getMockContext: () => ({ callstack: null }),
    reset: () => undefined,
    /** Resolves when every stand-in that was asked for is there. */
    async ready() {
      while (waiting.length > 0) await waiting.shift();
    },
  };
  Object.defineProperty(globalThis, '__vitest_mocker__', { value: mocker, configurable: true, writable: true });
}

function checked(exports: unknown, name: string): unknown {
  if (typeof exports === 'object' && exports !== null) return interoperable(exports);
  throw new Error(
    `[vitest] vi.mock("${name}", factory?: () => unknown) is not returning an object. Did you mean to return an object with a "default" key?`,
  );
}

/** A stand-in that has a default is seen as a module by whoever imports it. */
function interoperable(exports: object): object {
  if ('__esModule' in exports) return exports;
  return Object.defineProperty({ ...exports }, '__esModule', { value: true });
}

/** Before Vitest had a maker of stand-ins of its own to lend: functions do nothing, the rest stays. */
function shallow(value: unknown, vi: { fn(): unknown }): unknown {
  if (typeof value === 'function') return vi.fn();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return Array.isArray(value) ? [] : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shallow(inner, vi)]));
}
