import type { Sheet } from '../../scenarios/sheet.ts';

/** The address of the page of a sheet. */
export function sheetAddress({ kind }: Sheet, id: string): string {
  return `/${kind}s/${id}`;
}

/** The address of a scenario's page. */
export function scenarioAddress(id: string): string {
  return `/scenarios/${encodeURIComponent(id)}`;
}

/** The address of a repository's page. */
export function repositoryAddress(repository: string): string {
  return `/repositories/${Buffer.from(repository, 'utf8').toString('base64url')}`;
}

/** The repository of such an address. */
export function repositoryOf(encoded: string): string {
  return Buffer.from(encoded, 'base64url').toString('utf8');
}
