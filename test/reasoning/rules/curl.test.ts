import { describe, expect, it } from 'vitest';
import { curlsIn } from '../../../src/reasoning/rules/http/curl.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

const commands: [command: string, request: object][] = [
  ['curl http://a.example:8080/x?y=1#z', { method: 'GET', host: 'a.example:8080', path: '/x?y=1' }],
  ['curl localhost:3000', { method: 'GET', host: 'localhost:3000', path: '/' }],
  [
    "curl -d '{\"a\": 1}' -H 'content-type: application/json' a.example/x",
    { method: 'POST', body: { a: 1 }, headers: { 'content-type': json } },
  ],
  [
    "curl --json '{\"a\":\"it'\\''s\"}' https://a.example/x",
    { method: 'POST', body: { a: "it's" }, headers: { 'content-type': json, accept: json } },
  ],
  ['curl a.example/x -d a=1 -d b=2', { body: 'a=1&b=2', headers: { 'content-type': form } }],
  ['curl -G a.example/x --data-urlencode "q=a b"', { method: 'GET', path: '/x?q=a%20b' }],
  ['curl -sSXPUT a.example/x', { method: 'PUT' }],
  ['curl --request=PATCH --url a.example/x', { method: 'PATCH', path: '/x' }],
  ['curl -I a.example/x', { method: 'HEAD' }],
  ['curl -u ada:pw a.example/x', { headers: { authorization: 'Basic YWRhOnB3' } }],
  ["curl -b 'sid=1' a.example/x", { headers: { cookie: 'sid=1' } }],
  ['curl -o /dev/null -w "%{http_code}" a.example/x', { path: '/x' }],
  ['curl a.example/x \\\n  -H "X-A: b" \\\n  -X DELETE', { method: 'DELETE', headers: { 'x-a': 'b' } }],
  ["curl a.example/x -d $'a\\nb'", { body: 'a\nb' }],
  ['curl "a.example/x?a=1&b=2" | jq .', { path: '/x?a=1&b=2' }],
];

describe('curl', () => {
  it.each(commands)('%s', (command, request) => {
    expect(curlsIn(command)).toMatchObject([{ request }]);
  });

  it('is read as often as it is there', () => {
    expect(
      curlsIn('$ curl a.example/1\n{"a":1}\n$ curl a.example/2; curl a.example/3').map(({ request }) => request.path),
    ).toEqual(['/1', '/2', '/3']);
  });

  it('is no request without an address', () => {
    expect(curlsIn('I tried curl and it works, curl -v too')).toEqual([]);
  });
});
