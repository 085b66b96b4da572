import type { Survey } from '../../../codebase/survey.ts';
import type { Given } from '../../../simulation/plan.ts';
import { isRecord } from '../values.ts';
import type { Answer, Exchanges } from './exchanges.ts';
import type { Request } from './request.ts';
import { destinationOf } from './services.ts';

/** A request to a service of the codebase, and the answers that the thread gives it. */
export interface Step {
  request: Request;
  service: string;
  answers: Answer[];
}

const rank = { curl: 0, message: 0, line: 1, log: 2 };

/** The requests to rehearse, in order: of those written most exactly, each thing once. */
export function stepsOf({ requests, answers }: Exchanges, survey: Survey): Step[] {
  const ours = requests.flatMap((request, at) => {
    const to = destinationOf(request, survey);
    return to.kind === 'service' ? [{ at, step: { request, service: to.name, answers: [] as Answer[] } }] : [];
  });
  const best = Math.min(...ours.map(({ step }) => rank[step.request.form]));
  const exact = ours.filter(({ step }) => rank[step.request.form] === best);
  const kept: typeof exact = [];
  const standsFor = new Map<number, Step>();
  for (const one of ours) {
    const twin = kept.find(
      ({ step }) =>
        sameRequest(step.request, one.step.request) &&
        (step.request.passage !== one.step.request.passage || rank[one.step.request.form] !== best),
    );
    if (!twin && exact.includes(one)) kept.push(one);
    const stands =
      twin ?? (exact.includes(one) ? one : exact.find(({ step }) => samePath(step.request, one.step.request)));
    if (!stands) continue;
    standsFor.set(one.at, stands.step);
    // The log of a request says when it was.
    stands.step.request.at ??= one.step.request.at;
  }
  for (const answer of answers) owner(answer, requests, standsFor)?.answers.push(answer);
  return kept.map(({ step }) => step);
}

/** Calls of somebody else's API that the thread quotes with their answers, as what is given. */
export function apisOf({ requests, answers }: Exchanges, survey: Survey): Given[] {
  return requests.flatMap((request, at): Given[] => {
    const to = destinationOf(request, survey);
    if (to.kind !== 'outside') return [];
    const answer = answers.find(
      ({ of, response }) => of === at && (response.body !== undefined || response.status !== undefined),
    );
    if (!answer) return [];
    const { status = 200, body } = answer.response;
    const on = `${request.method} ${request.path.replace(/\?.*$/, '')}`;
    const headers: Record<string, string> =
      isRecord(body) || Array.isArray(body) ? { 'content-type': 'application/json' } : {};
    const reply = { status, headers, ...(body === undefined ? {} : { body }) };
    return [{ api: { host: to.host.replace(/:\d+$/, ''), on, reply } }];
  });
}

/** The request that an answer is of: the one it names, else the nearest before it, else the first after. */
function owner({ of, passage }: Answer, requests: Request[], standsFor: Map<number, Step>): Step | undefined {
  if (of !== undefined) return standsFor.get(of);
  const known = requests.flatMap((request, at) => (standsFor.has(at) ? [{ request, at }] : []));
  const inOrder = known.toSorted((a, b) => a.request.passage - b.request.passage || a.request.start - b.request.start);
  const near = inOrder.findLast(({ request }) => request.passage < passage) ?? inOrder[0];
  return near && standsFor.get(near.at);
}

function samePath(a: Request, b: Request): boolean {
  return a.method === b.method && a.path.replace(/\?.*$/, '') === b.path.replace(/\?.*$/, '');
}

function sameRequest(a: Request, b: Request): boolean {
  return (
    a.method === b.method &&
    a.path === b.path &&
    (b.body === undefined || JSON.stringify(a.body) === JSON.stringify(b.body))
  );
}
