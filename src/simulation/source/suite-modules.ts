import { transform as sucrase } from 'sucrase';
import type { Prepared } from './prepared.ts';

/**
 * Jest loads every module as CommonJS, with names that tests may replace, and calls of `jest.mock` before the imports.
 * Lines stay where they are.
 */
export function asJestLoads(file: string, made: Prepared): Prepared | { error: string } {
  if (
    made.format === 'commonjs' &&
    !/\bjest\s*\.\s*(?:mock|unmock|enableAutomock|disableAutomock|deepUnmock)/.test(made.code)
  )
    return made;
  try {
    const { code } = sucrase(made.code, {
      transforms: ['imports', 'jest'],
      filePath: file,
      production: true,
      disableESTransforms: true,
    });
    return { ...made, code, format: 'commonjs' };
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Vite gives every module the names that CommonJS has, whichever way it is written. */
export function asViteLoads(made: Prepared): Prepared {
  if (made.format !== 'module') return made;
  const lacking = ['__dirname', '__filename', 'require'].filter(
    (name) =>
      new RegExp(`(?<![.\\w$])${name}(?![\\w$])`).test(made.code) &&
      !new RegExp(`\\b(?:const|let|var|function)\\s+${name}\\b|[{,]\\s*${name}\\s*[,}]\\s*from`).test(made.code),
  );
  const values: Record<string, string> = {
    __dirname: 'import.meta.dirname',
    __filename: 'import.meta.filename',
    require: "process.getBuiltinModule('node:module').createRequire(import.meta.url)",
  };
  const names = lacking.map((name) => `const ${name}=${values[name]};`).join('');
  const meta = /\bimport\.meta\.(?:env|vitest)\b/.test(made.code) ? 'import.meta.env??=process.env;' : '';
  return { ...made, code: names + meta + made.code };
}
