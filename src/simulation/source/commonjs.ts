import { parseSync } from 'oxc-parser';
import { transform } from 'sucrase';
import type { Prepared } from './prepared.ts';

/**
 * Compiles an ES module to CommonJS as TypeScript and Babel do it: live bindings, hoisting, `__esModule`. Lines stay
 * where they are. What cannot be compiled stays a module.
 */
export function toCommonJs(file: string, made: Prepared, { interop }: { interop: boolean }): Prepared {
  const { module, errors } = parseSync('made.js', made.code, { lang: 'jsx', sourceType: 'module' });
  if (errors.length > 0) return made;
  const hasImports = module.staticImports.length + module.staticExports.length > 0;
  // Without `esModuleInterop` a default import of a package is undefined: where there is one, whoever runs it has it.
  const usesDefaults = module.staticImports.some(
    ({ moduleRequest, entries }) =>
      /^[@\w]/.test(moduleRequest.value) && entries.some(({ importName }) => importName.kind === 'Default'),
  );
  try {
    const { code } = transform(made.code, {
      transforms: ['imports'],
      filePath: file,
      production: true,
      disableESTransforms: true,
      enableLegacyTypeScriptModuleInterop: !interop && !usesDefaults,
    });
    return { ...made, code: hasImports ? code : made.code, format: 'commonjs' };
  } catch {
    return made;
  }
}

/** Whether a module uses what only an ES module can do: such a source is one, whatever tsconfig says. */
export function needsEsModule(code: string): boolean {
  return /\bimport\.meta\b/.test(code) || awaitsAtTop(code);
}

/** Whether a module uses what only a CommonJS module has: whoever runs it compiles it to one. */
export function needsCommonJs(code: string): boolean {
  return /\b(?:__dirname|__filename|require\.main|module\.exports)\b|(?<![.\w])require\(|^\s*export\s*=/m.test(code);
}

function awaitsAtTop(code: string): boolean {
  if (!/\bawait\b/.test(code)) return false;
  const { errors } = parseSync('a.ts', code, { lang: 'tsx', sourceType: 'commonjs' });
  return errors.some(({ message }) => message.includes('top levels of modules'));
}
