import { describe, expect, it } from 'vitest';
import { inWordsOfNpm, readPnpmWorkspace, resolvedIn } from '../../src/codebase/foreign-lock.ts';

const pnpm = `
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      left: { specifier: ^1.0.0, version: 1.2.0(react@19.0.0) }
      two: { specifier: ^2.0.0, version: 2.5.0 }
  packages/a:
    dependencies:
      two: { specifier: ^1.0.0, version: 1.9.9 }
      own: { specifier: 'workspace:*', version: link:../b }
packages:
  left@1.2.0: { resolution: {} }
  two@1.9.9: {}
  two@2.5.0: {}
  '@deep/one@3.0.1(left@1.2.0)': {}
`;
const classic = `# yarn lockfile v1

left@^1.0.0, left@~1.2.0:
  version "1.2.0"
  resolved "x"
"@deep/one@^3":
  version "3.0.1"
  dependencies:
    left "^1.0.0"
two@^1.0.0:
  version "1.9.9"
two@^2.0.0:
  version "2.5.0"
`;
const berry = `__metadata:
  version: 8

"left@npm:^1.0.0, left@npm:~1.2.0":
  version: 1.2.0
  resolution: "left@npm:1.2.0"
"@deep/one@npm:^3":
  version: 3.0.1
"two@npm:^1.0.0":
  version: 1.9.9
"two@npm:^2.0.0":
  version: 2.5.0
"own@workspace:packages/b":
  version: 0.0.0-use.local
`;

describe('a lockfile that is not npm’s', () => {
  it.each([
    ['pnpm-lock.yaml', pnpm],
    ['yarn.lock', classic],
    ['yarn.lock', berry],
  ])('pins what it resolved, as far as npm can be told so: %s', (file, text) => {
    const resolved = resolvedIn(file, text);
    expect(Object.fromEntries(resolved?.single ?? [])).toEqual({ left: '1.2.0', '@deep/one': '3.0.1' });
    const manifest = {
      dependencies: { left: '^1.0.0', two: '^2.0.0', own: 'workspace:^' },
      peerDependencies: { two: '>1' },
    };
    expect(inWordsOfNpm(manifest, { catalogs: {}, resolved, isRoot: true })).toEqual({
      dependencies: { left: '1.2.0', two: '2.5.0', own: '*' },
      peerDependencies: { two: '>1' },
      overrides: { '@deep/one': '3.0.1' },
    });
    const inner = inWordsOfNpm({ dependencies: { two: '^1.0.0' } }, { catalogs: {}, resolved, isRoot: false });
    expect(inner).toEqual({ dependencies: { two: '1.9.9' } });
  });

  it('is read with its catalogs, and what it is told to resolve otherwise', () => {
    const { packages, catalogs } = readPnpmWorkspace(
      "packages: ['apps/*', '!apps/old']\ncatalog: { zod: ^4.0.0 }\ncatalogs: { old: { zod: ^3.0.0 } }\n",
    );
    expect(packages).toEqual(['apps/*', '!apps/old']);
    const manifest = {
      dependencies: { zod: 'catalog:', react: '^18.0.0' },
      devDependencies: { zod: 'catalog:old', own: 'workspace:^1.2.3', near: 'link:../near' },
      resolutions: { '**/react': '19.0.0', 'a/b': '1.0.0' },
      pnpm: { overrides: { 'a>b': '1', c: '2.0.0' } },
    };
    expect(inWordsOfNpm(manifest, { catalogs, isRoot: true })).toMatchObject({
      dependencies: { zod: '^4.0.0', react: '19.0.0' },
      devDependencies: { zod: '^3.0.0', own: '^1.2.3', near: 'file:../near' },
      overrides: { react: '19.0.0', c: '2.0.0' },
    });
  });

  it.each([
    ['pnpm-lock.yaml', ': ['],
    ['pnpm-lock.yaml', 'packages: 3\nimporters: { a: 1, b: { dependencies: { c: null } } }'],
    ['yarn.lock', '__proto__@1:\n  version "x"\n\0'],
  ])('that is broken pins nothing: %s', (file, text) => {
    expect(resolvedIn(file, text)?.single.size).toBe(0);
  });
});
