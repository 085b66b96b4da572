import MagicString from 'magic-string';
import { parseSync } from 'oxc-parser';
import { transform as sucrase } from 'sucrase';
import type { Prepared } from './prepared.ts';

/** A statement at the top of a module, as far as it is looked at. */
interface Statement {
  type: string;
  start: number;
  end: number;
  source?: { value: string };
}

const jestHoisted = /\bjest\s*\.\s*(?:mock|unmock|enableAutomock|disableAutomock|deepUnmock)\b/;
const viHoisted = /^(?:(?:const|let|var)\s[^=]*=\s*)?(?:await\s+)?(?:vi|vitest)\s*\.\s*(?:mock|unmock|hoisted)\s*[(<]/;

/**
 * Jest loads every module as CommonJS, with names that tests may replace, and calls of `jest.mock` before the imports.
 * Lines stay where they are.
 */
export function asJestLoads(file: string, made: Prepared): Prepared | { error: string } {
  const own = asksFor('jest', made.code) ? 'const jest=globalThis.__jestFor?.(__filename);' : '';
  if (made.format === 'commonjs' && !jestHoisted.test(made.code)) return { ...made, code: own + made.code };
  const code = commonJs(file, withLateExports(file, made.code, 'assigned'), ['imports', 'jest']);
  return typeof code === 'string' ? { ...made, code: own + code, format: 'commonjs' } : code;
}

/**
 * Vite turns a module's imports into looks at objects, so that tests may replace what is imported. CommonJS does the
 * same here; `vi.mock` and `vi.hoisted` come before the imports. What cannot be so stays a module.
 */
export function asViteLoads(file: string, made: Prepared): Prepared {
  if (made.format !== 'module' || /\.m[jt]s$/.test(file)) return withNames(made);
  const { code: hoisted, waits } = withHoisted(file, made.code);
  const converted = commonJs(
    file,
    withLateExports(file, hoisted.replace(/\bimport\.meta\b/g, '__importMeta'), 'looked up'),
    ['imports'],
  );
  if (typeof converted !== 'string') return withNames(made);
  const loose = converted.replaceAll('{enumerable: true, get', '{enumerable: true, configurable: true, get');
  const meta = converted.includes('__importMeta')
    ? "const __importMeta={url:require('node:url').pathToFileURL(__filename).href,filename:__filename,dirname:__dirname,env:globalThis.__vitest_worker__?.metaEnv,resolve:(s)=>require('node:url').pathToFileURL(require.resolve(s)).href};"
    : '';
  const clashes = /^(?:const|let|class)\s+(?:module|exports|require|__filename|__dirname)\b/m.test(loose);
  if (!waits && !clashes && parses(loose)) return { ...made, code: meta + loose, format: 'commonjs' };
  const bare = loose.replace(/^\s*(['"])use strict\1;?/, '').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  // A module may have names of its own that CommonJS keeps for itself: in a function they are in nobody's way.
  const within = `"use strict";${meta}(()=>{${bare}\n})();`;
  if (!waits && parses(within)) return { ...made, code: within, format: 'commonjs' };
  const whole = `"use strict";${meta}module.exports.__loading=(async()=>{${bare}\n})();`;
  return isTestFile(file) && parses(whole) ? { ...made, code: whole, format: 'commonjs' } : withNames(made);
}

/** Only a test file is waited for by whoever loads it. */
function isTestFile(file: string): boolean {
  return /\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)(?:tests?|__tests__)\//.test(file);
}

function commonJs(file: string, code: string, transforms: ('imports' | 'jest')[]): string | { error: string } {
  try {
    return sucrase(code, { transforms, filePath: file, production: true, disableESTransforms: true }).code;
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function parses(code: string): boolean {
  return parseSync('file.cjs', code, { sourceType: 'commonjs' }).errors.length === 0;
}

/** Moves `vi.mock` and its like before the imports of anything but Vitest, and waits there for what they make. */
function withHoisted(file: string, code: string): { code: string; waits: boolean } {
  if (!/\b(?:vi|vitest)\s*\.\s*(?:mock|unmock|hoisted)\b/.test(code)) return { code, waits: false };
  const { program, errors } = parseSync(`${file}.js`, code);
  if (errors.length > 0) return { code, waits: false };
  const statements = program.body as unknown as Statement[];
  const early = statements.filter(
    (one) => one.type !== 'ImportDeclaration' && viHoisted.test(code.slice(one.start, one.end)),
  );
  if (early.length === 0) return { code, waits: false };
  const vitest = statements.filter((one) => one.type === 'ImportDeclaration' && one.source?.value === 'vitest');
  const text = new MagicString(code);
  const first = [...vitest, ...early].map(({ start, end }) => code.slice(start, end).replaceAll('\n', ' ')).join(';');
  for (const { start, end } of [...vitest, ...early])
    text.overwrite(start, end, code.slice(start, end).replace(/[^\n]/g, ''));
  text.prepend(`${first};await globalThis.__vitest_mocker__.ready();`);
  return { code: text.toString(), waits: true };
}

interface Exported {
  local: { name?: string; value?: string };
  exported: { name?: string; value?: string };
}

/**
 * `export { a as b }` may stand before `a` does. As Vite has it, the name looks `a` up when somebody asks; as Babel has
 * it for Jest, it is assigned once, when the module is through.
 */
function withLateExports(file: string, code: string, how: 'looked up' | 'assigned'): string {
  if (!/\bexport\s*\{/.test(code)) return code;
  const { program, errors } = parseSync(`${file}.js`, code);
  if (errors.length > 0) return code;
  const text = new MagicString(code);
  const lists = (program.body as unknown as (Statement & { specifiers?: Exported[]; declaration?: unknown })[]).filter(
    (one) => one.type === 'ExportNamedDeclaration' && !one.source && !one.declaration,
  );
  const pairs = lists.flatMap(({ specifiers = [] }) =>
    specifiers.map(({ local, exported }) => [nameOf(local), nameOf(exported)]),
  );
  for (const { start, end } of lists) text.overwrite(start, end, `;${code.slice(start, end).replace(/[^\n]/g, '')}`);
  const looked = ([local, name]: string[]) =>
    `Object.defineProperty(exports,${JSON.stringify(name)},{enumerable:true,configurable:true,get(){return ${local}}});`;
  if (how === 'looked up') return text.prepend(pairs.map(looked).join('')).toString();
  const mapAt = code.lastIndexOf('\n//# sourceMappingURL=');
  const late = `\n${pairs.map(([local, name]) => `exports[${JSON.stringify(name)}]=${local};`).join('')}`;
  return text.appendLeft(mapAt < 0 ? code.length : mapAt, late).toString();
}

function nameOf({ name, value }: { name?: string; value?: string }): string {
  return name ?? value ?? '';
}

/** A module of the language itself gets the names that CommonJS has, as Vite gives them. */
function withNames(made: Prepared): Prepared {
  if (made.format !== 'module') return made;
  const values: Record<string, string> = {
    __dirname: 'import.meta.dirname',
    __filename: 'import.meta.filename',
    require: "process.getBuiltinModule('node:module').createRequire(import.meta.url)",
  };
  const lacking = Object.keys(values).filter((name) => asksFor(name, made.code));
  const names = lacking.map((name) => `const ${name}=${values[name]};`).join('');
  const meta = /\bimport\.meta\.env\b/.test(made.code)
    ? 'import.meta.env??=globalThis.__vitest_worker__?.metaEnv;'
    : '';
  return { ...made, code: names + meta + made.code };
}

function asksFor(name: string, code: string): boolean {
  const isDeclared = new RegExp(`\\b(?:const|let|var|function)\\s+${name}\\b|[{,]\\s*${name}\\s*[,}]\\s*from`);
  return new RegExp(`(?<![.\\w$])${name}(?![\\w$])`).test(code) && !isDeclared.test(code);
}
