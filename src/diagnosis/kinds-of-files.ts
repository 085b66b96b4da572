const tests =
  /(^|\/)(tests?|__tests__|__mocks__|specs?|fixtures?|__fixtures__|e2e|tap-snapshots|__snapshots__)\/|[._-](test|spec)\.[^/]+$|\.snap$/i;
const prose = /(^|\/)(docs?|\.github|examples?|bench(marks?)?)\/|\.(md|mdx|markdown|txt|rst|adoc|svg|png|jpe?g|gif)$/i;
const named =
  /(^|\/)(licen[cs]e|changelog|history|authors|contributors|\.(?!env|npmrc|swcrc|babelrc|mocharc|rehearse)[^/]*|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)(\.[^/]*)?$/i;

/** Whether a file is a test, or what tests compare with. */
export function isTest(file: string): boolean {
  return tests.test(file);
}

/** Whether a file can change what the code does: neither a test, nor words, nor a lockfile. */
export function isCode(file: string): boolean {
  return !isTest(file) && !prose.test(file) && !named.test(file);
}
