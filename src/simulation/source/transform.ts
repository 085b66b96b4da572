import { type HelperMode, transformSync } from 'oxc-transform';
import { isTooDeep, withinStack } from '../../codebase/depth.ts';
import { needsCommonJs, needsEsModule, toCommonJs } from './commonjs.ts';
import { instrument, languageOf } from './instrument.ts';
import { withoutNulls } from './loose-nulls.ts';
import type { Manner, Prepared } from './prepared.ts';
import { asJestLoads, asViteLoads } from './suite-modules.ts';

/** What a package or tsconfig says of a file and the file itself does not. */
export interface Setting {
  /** `type` of the nearest package.json. */
  type: 'module' | 'commonjs' | null;
  jsx: { runtime: 'automatic' | 'classic'; importSource?: string; pragma?: string; pragmaFrag?: string };
  decorators: boolean;
  /** Whether types know of null and undefined: `strictNullChecks`. */
  strictNulls: boolean;
  classFields: boolean;
  /** What TypeScript's own `import` and `export` are compiled to; null where nothing says. */
  modules: 'commonjs' | 'module' | null;
  /** `esModuleInterop`. */
  interop: boolean;
  /** Whether JavaScript goes through Babel (or what does as it does) before it runs. */
  babel: boolean;
}

/** Turns one of the target's sources into what a sandbox runs; lines stay those of the original. */
export function transform(
  file: string,
  source: string,
  setting: Setting,
  manner: Manner = 'node',
  isTraced = true,
): Prepared | { error: string } {
  const made = isTooDeep(source, languageOf(file))
    ? undefined
    : withinStack(() => madeOf(file, source, setting, manner, isTraced));
  return made ?? { error: 'it is nested too deeply' };
}

function madeOf(
  file: string,
  source: string,
  setting: Setting,
  manner: Manner,
  isTraced: boolean,
): Prepared | { error: string } {
  const made = translated(file, source, setting, !isTraced || (manner !== 'node' && isTest(file)));
  if ('error' in made) return made;
  if (manner === 'node')
    return made.format === 'module' && compiles(file, source, setting) ? toCommonJs(file, made, setting) : made;
  return manner === 'jest' ? asJestLoads(file, made) : asViteLoads(file, made);
}

/** Files that are tests, or serve nothing else: what runs in them is no code of the product. */
function isTest(file: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|__mocks__|spec)\/|\.(?:test|spec)\.[cm]?[jt]sx?$/.test(file);
}

function translated(file: string, source: string, setting: Setting, isBare: boolean): Prepared | { error: string } {
  const isLoose = setting.decorators && !setting.strictNulls && /\.[cm]?tsx?$/.test(file);
  const text = withoutHashbang(source);
  const instrumented = instrument(file, isLoose ? withoutNulls(file, text) : text, isBare);
  if ('error' in instrumented) return instrumented;
  const format = formatOf(file, instrumented.isModule, setting);
  const { functions } = instrumented;
  if (!/\.(?:[cm]?tsx?|jsx)$/.test(file) && !needsJsx(instrumented.code, file)) {
    return { code: instrumented.code, format, functions };
  }
  const made = transformSync(file, instrumented.code, {
    lang: languageOf(file),
    sourceType: format === 'module' || instrumented.isModule ? 'module' : 'commonjs',
    sourcemap: true,
    target: 'esnext',
    helpers: { mode: 'External' as HelperMode },
    jsx: setting.jsx,
    decorator: { legacy: setting.decorators, emitDecoratorMetadata: setting.decorators },
    assumptions: setting.classFields ? {} : { setPublicClassFields: true },
    typescript: { removeClassFieldsWithoutInitializer: !setting.classFields },
  });
  const error = made.errors.find(({ severity }) => severity === 'Error');
  if (error) return { error: error.message };
  return { code: made.code + mapped(made.map), format, functions };
}

/** Whether whoever runs this ES module compiles it to CommonJS first, so that it behaves as one. */
function compiles(file: string, source: string, { type, modules, babel }: Setting): boolean {
  if (/\.m[jt]s$/.test(file) || needsEsModule(source)) return false;
  if (file.endsWith('.cts')) return true;
  if (type === 'module') return false;
  if (!/\.tsx?$/.test(file)) return babel;
  return modules === 'commonjs' || needsCommonJs(source);
}

/** An inline source map, so that stacks name the lines of the original. */
function mapped(map: object | undefined): string {
  if (!map) return '';
  const { sourcesContent: _, ...light } = map as { sourcesContent?: unknown };
  return `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(light)).toString('base64')}\n`;
}

function withoutHashbang(source: string): string {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  return text.startsWith('#!') ? `//${text.slice(2)}` : text;
}

function formatOf(file: string, isModule: boolean, { type }: Setting): Prepared['format'] {
  if (/\.m[jt]s$/.test(file)) return 'module';
  if (/\.c[jt]s$/.test(file)) return isModule ? 'module' : 'commonjs';
  if (type === 'module') return 'module';
  return isModule ? 'module' : 'commonjs';
}

/** JSX in a file that does not say so by its ending; plain JavaScript is far more common and left as it is. */
function needsJsx(code: string, file: string): boolean {
  if (!/<\/?[A-Za-z>]/.test(code)) return false;
  return transformSync(file, code, { lang: 'js' }).errors.length > 0;
}
