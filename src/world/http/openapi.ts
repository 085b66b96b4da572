import { fieldsOf } from './form-fields.ts';
import { type HttpMessage, headerOf } from './message.ts';
import { fitted, givenFor, type Taken } from './openapi-parameters.ts';
import { type Schemas, schemasOf } from './openapi-schemas.ts';
import { missingSecurity } from './openapi-security.ts';

/** What a document says to a request. */
export interface DescribedReply {
  status: number;
  /** What kind of content the body is, where it is not JSON. */
  kind?: string;
  body: unknown;
  /** The operation, as the document names it. */
  operation: string;
  /** Where the request is not what the document asks for. */
  problems: string[];
  /** The callbacks and webhooks that the document speaks of, which nobody sends. */
  callbacks: string[];
  path: [string, string, string];
}

type Fields = Record<string, unknown>;
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const largestChecked = 1 << 20;

/** Answers requests as an OpenAPI document describes; nothing for an operation that it does not have. Throws for what it does not understand. */
export function describedBy(document: Fields): (message: HttpMessage) => DescribedReply | undefined {
  let made: Schemas | undefined;
  return (message) => {
    made ??= schemasOf(document);
    const schemas = made;
    const [method = '', target = ''] = message.first.split(' ');
    const url = new URL(target, 'http://api');
    const found = operationAt(document, method.toLowerCase(), url.pathname, schemas);
    if (!found) return undefined;
    const { operation, template } = found;
    const taken: Taken = { message, url, values: found.values };
    const strange = missingSecurity(document, operation, taken, schemas);
    const problems = strange.length > 0 ? strange : wrongWith(found, taken, schemas);
    const reply = problems.length > 0 ? refusal(strange.length > 0 ? 401 : 400, problems) : replyOf(operation, schemas);
    return {
      ...reply,
      operation: `${method} ${template}`,
      problems,
      callbacks: [...Object.keys(Object(operation.callbacks)), ...Object.keys(Object(document.webhooks))],
      path: ['paths', template, method.toLowerCase()],
    };
  };
}

interface Found {
  operation: Fields;
  shared: unknown[];
  template: string;
  values: Record<string, string>;
}

function operationAt(document: Fields, method: string, pathname: string, schemas: Schemas): Found | undefined {
  if (!methods.includes(method)) return undefined;
  // Of two that fit, the one with fewer parameters is meant.
  const templates = Object.keys(Object(document.paths) as Fields).sort(
    (a, b) => a.split('{').length - b.split('{').length,
  );
  const bases = basesOf(document);
  for (const template of templates) {
    for (const base of bases) {
      const values = pathname.startsWith(base) ? fitted(template, pathname.slice(base.length)) : undefined;
      const item = values && schemas.resolved(Object(document.paths)[template]);
      if (!values || !item || !Object.hasOwn(item, method)) continue;
      const shared = Array.isArray(item.parameters) ? item.parameters : [];
      return { operation: Object(item[method]), shared, template, values };
    }
  }
  return undefined;
}

function basesOf({ servers, basePath }: Fields): string[] {
  const urls = Array.isArray(servers) ? servers.map((server) => String(Object(server).url)) : [];
  const paths = urls.flatMap((url) => (URL.canParse(url, 'http://api') ? [new URL(url, 'http://api').pathname] : []));
  return [
    ...paths,
    ...(typeof basePath === 'string' ? [basePath] : []),
    ...(paths.length === 0 && !basePath ? [''] : []),
  ].map((path) => path.replace(/\/$/, ''));
}

function wrongWith({ operation, shared }: Found, taken: Taken, schemas: Schemas): string[] {
  const { message } = taken;
  const own = Array.isArray(operation.parameters) ? operation.parameters : [];
  const parameters = [...shared, ...own].map((one) => schemas.resolved(one));
  const form = parameters.filter((one) => one.in === 'formData');
  const problems = parameters.flatMap((parameter) => {
    if (parameter.in === 'body') return bodyProblems(message, parameter.schema, parameter.required === true, schemas);
    if (!['path', 'query', 'header', 'cookie'].includes(String(parameter.in))) return [];
    const where = `${String(parameter.in)} ${String(parameter.name)}`;
    const given = givenFor(parameter, taken, schemas);
    if (given === undefined) return parameter.required ? [`${where} is missing`] : [];
    return schemas.problems(schemaOf(parameter), given, true).map((problem) => `${where}: ${problem}`);
  });
  if (form.length > 0) problems.push(...formProblems(message, formSchema(form), schemas));
  if (operation.requestBody === undefined) return problems;
  const { content, required } = schemas.resolved(operation.requestBody);
  const type = (headerOf(message, 'content-type') ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
  const kinds = Object(content) as Fields;
  const known = Object.keys(kinds).find((kind) => covers(kind.split(';')[0]?.trim().toLowerCase() ?? '', type));
  if (message.body.length > 0 && known === undefined)
    return [...problems, `body: ${type} is not among ${Object.keys(kinds).join(', ')}`];
  const { schema } = Object(known === undefined ? {} : kinds[known]) as Fields;
  if (type === 'application/x-www-form-urlencoded' && schema !== undefined && message.body.length > 0)
    return [...problems, ...formProblems(message, schema, schemas)];
  return [...problems, ...bodyProblems(message, /json$/.test(type) ? schema : undefined, required === true, schemas)];
}

/** Whether a kind of content such as `image/*` covers another. */
function covers(kind: string, type: string): boolean {
  return kind === type || kind === '*/*' || (kind.endsWith('/*') && type.startsWith(kind.slice(0, -1)));
}

/** The schema of a parameter; in version 2 it is the parameter itself. */
function schemaOf(parameter: Fields): unknown {
  if (parameter.schema !== undefined) return parameter.schema;
  const { type, format, minimum, maximum, minLength, maxLength, enum: among, items } = parameter;
  const plain = { type, format, minimum, maximum, minLength, maxLength, enum: among, items };
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
}

function formSchema(fields: Fields[]): unknown {
  const properties = Object.fromEntries(fields.map((one) => [String(one.name), schemaOf(one)]));
  return { type: 'object', properties, required: fields.filter((one) => one.required).map(({ name }) => name) };
}

function formProblems(message: HttpMessage, schema: unknown, schemas: Schemas): string[] {
  if (!headerOf(message, 'content-type')?.startsWith('application/x-www-form-urlencoded')) return [];
  if (message.body.length > largestChecked) throw new Error('a body of more than a megabyte is not checked');
  const told = fieldsOf(message.body.toString('utf8'));
  return schemas.problems(schema, told, true).map((problem) => `body: ${problem}`);
}

function bodyProblems({ body }: HttpMessage, schema: unknown, isRequired: boolean, schemas: Schemas): string[] {
  if (body.length === 0) return isRequired ? ['the body is missing'] : [];
  if (schema === undefined) return [];
  if (body.length > largestChecked) throw new Error('a body of more than a megabyte is not checked');
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return ['body: it is not JSON'];
  }
  return schemas.problems(schema, value).map((problem) => `body: ${problem}`);
}

function refusal(status: number, problems: string[]): { status: number; body: unknown } {
  return { status, body: { error: 'The request is not what the API describes', problems } };
}

function replyOf(operation: Fields, schemas: Schemas): { status: number; kind?: string; body: unknown } {
  const responses = Object(operation.responses) as Fields;
  const codes = Object.keys(responses).sort();
  const code = codes.find((one) => /^2(\d\d|XX)$/i.test(one)) ?? (codes.includes('default') ? 'default' : codes[0]);
  const status = /^\d{3}$/.test(code ?? '') ? Number(code) : 200;
  const response = schemas.resolved(code === undefined ? {} : responses[code]);
  const kinds = Object(response.content) as Fields;
  const kind = Object.hasOwn(kinds, 'application/json') ? 'application/json' : Object.keys(kinds)[0];
  const media = Object(kind === undefined ? {} : kinds[kind]) as Fields;
  const told = kind === undefined || kind.includes('*') || /json/.test(kind) ? {} : { kind };
  const shown = Object.values(Object(media.examples) as Fields).map((one) => schemas.resolved(one).value);
  const examples = Object.values(Object(response.examples) as Fields);
  const given = media.example ?? shown[0] ?? examples[0];
  const schema = media.schema ?? response.schema;
  if (given !== undefined) return { status, ...told, body: given };
  return { status, ...told, body: schema === undefined ? undefined : schemas.example(schema) };
}
