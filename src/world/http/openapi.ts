import { type HttpMessage, headerOf } from './message.ts';
import { type Schemas, schemasOf } from './openapi-schemas.ts';

/** What a document says to a request. */
export interface DescribedReply {
  status: number;
  body: unknown;
  /** The operation, as the document names it. */
  operation: string;
  /** Where the request is not what the document asks for. */
  problems: string[];
  path: [string, string, string];
}

type Fields = Record<string, unknown>;
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const largestChecked = 1 << 20;

/** Answers requests as an OpenAPI document describes; nothing for an operation that it does not have. Throws for what it does not understand. */
export function describedBy(document: Fields): (message: HttpMessage) => DescribedReply | undefined {
  let schemas: Schemas | undefined;
  return (message) => {
    const [method = '', target = ''] = message.first.split(' ');
    const url = new URL(target, 'http://api');
    const found = operationAt(document, method.toLowerCase(), url.pathname);
    if (!found) return undefined;
    schemas ??= schemasOf(document);
    const problems = wrongWith(message, { ...found, url, schemas });
    const { status, body } = problems.length > 0 ? refusal(problems) : replyOf(found.operation, schemas);
    const operation = `${method} ${found.template}`;
    return { status, body, operation, problems, path: ['paths', found.template, method.toLowerCase()] };
  };
}

interface Found {
  operation: Fields;
  shared: unknown[];
  template: string;
  values: Record<string, string>;
}

function operationAt(document: Fields, method: string, pathname: string): Found | undefined {
  const paths = Object.entries(Object(document.paths) as Fields).filter(
    ([, item]) => methods.includes(method) && Object.hasOwn(Object(item), method),
  );
  // Of two that fit, the one with fewer parameters is meant.
  paths.sort(([a], [b]) => a.split('{').length - b.split('{').length);
  const bases = basesOf(document);
  for (const [template, item] of paths) {
    for (const base of bases) {
      const values = pathname.startsWith(base) ? fitted(template, pathname.slice(base.length)) : undefined;
      const { parameters } = Object(item) as Fields;
      if (values)
        return {
          operation: Object(item)[method],
          shared: Array.isArray(parameters) ? parameters : [],
          template,
          values,
        };
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

function fitted(template: string, pathname: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return undefined;
  const values: [string, string][] = [];
  for (const [at, part] of wanted.entries()) {
    const [, name] = /^\{([^}]+)\}$/.exec(part) ?? [];
    if (name === undefined && part !== given[at]) return undefined;
    if (name !== undefined && !given[at]) return undefined;
    if (name !== undefined) values.push([name, given[at] ?? '']);
  }
  return Object.fromEntries(values);
}

function wrongWith(
  message: HttpMessage,
  { operation, shared, values, url, schemas }: Found & { url: URL; schemas: Schemas },
): string[] {
  const own = Array.isArray(operation.parameters) ? operation.parameters : [];
  const parameters = [...shared, ...own].map((one) => schemas.resolved(one));
  const problems = parameters.flatMap((parameter) => {
    const name = String(parameter.name);
    const all = url.searchParams.getAll(name);
    const query = all.length > 1 ? all : all[0];
    const given =
      parameter.in === 'path'
        ? values[name]
        : parameter.in === 'query'
          ? query
          : parameter.in === 'header'
            ? headerOf(message, name.toLowerCase())
            : undefined;
    if (parameter.in === 'body') return bodyProblems(message, parameter.schema, parameter.required === true, schemas);
    if (!['path', 'query', 'header'].includes(String(parameter.in))) return [];
    if (given === undefined) return parameter.required ? [`${parameter.in} ${name} is missing`] : [];
    const { type, format, minimum, maximum, minLength, maxLength, enum: among, items } = parameter;
    const plain = { type, format, minimum, maximum, minLength, maxLength, enum: among, items };
    const schema =
      parameter.schema ?? Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
    return schemas.problems(schema, given, true).map((problem) => `${parameter.in} ${name}: ${problem}`);
  });
  if (operation.requestBody === undefined) return problems;
  const { content, required } = schemas.resolved(operation.requestBody);
  const type = (headerOf(message, 'content-type') ?? 'application/json').split(';')[0]?.trim() ?? '';
  const kinds = Object(content) as Fields;
  if (message.body.length > 0 && !Object.hasOwn(kinds, type) && !Object.hasOwn(kinds, '*/*')) {
    return [...problems, `body: ${type} is not among ${Object.keys(kinds).join(', ')}`];
  }
  const { schema } = Object(kinds[type]) as Fields;
  return [...problems, ...bodyProblems(message, /json$/.test(type) ? schema : undefined, required === true, schemas)];
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

function refusal(problems: string[]): { status: number; body: unknown } {
  return { status: 400, body: { error: 'The request is not what the API describes', problems } };
}

function replyOf(operation: Fields, schemas: Schemas): { status: number; body: unknown } {
  const responses = Object(operation.responses) as Fields;
  const codes = Object.keys(responses).sort();
  const code = codes.find((one) => /^2(\d\d|XX)$/i.test(one)) ?? (codes.includes('default') ? 'default' : codes[0]);
  const status = /^\d{3}$/.test(code ?? '') ? Number(code) : 200;
  const response = schemas.resolved(code === undefined ? {} : responses[code]);
  const kinds = Object(response.content) as Fields;
  const media = Object(kinds['application/json'] ?? Object.values(kinds)[0]) as Fields;
  const shown = Object.values(Object(media.examples) as Fields).map((one) => schemas.resolved(one).value);
  const examples = Object.values(Object(response.examples) as Fields);
  const given = media.example ?? shown[0] ?? examples[0];
  const schema = media.schema ?? response.schema;
  if (given !== undefined) return { status, body: given };
  return { status, body: schema === undefined ? undefined : schemas.example(schema) };
}
