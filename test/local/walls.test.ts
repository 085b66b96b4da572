import { request } from 'node:http';
import { expect, it } from 'vitest';
import { startLocalSlack } from '../../src/local/slack/local-slack.ts';

const asked = (url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
  new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const sent = request(url, { method, headers }, (answered) => {
      let text = '';
      answered.on('data', (part) => {
        text += part;
      });
      answered.on('end', () => resolve({ status: answered.statusCode ?? 0, headers: answered.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

const deed = JSON.stringify({ as: 'U0MAYA', deed: { do: 'post', channel: 'C0GENERAL', text: 'forged' } });

it('answers only under its own name on loopback, so that no foreign name can be pointed at it', async () => {
  await using slack = await startLocalSlack();

  expect(slack.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await asked(slack.url)).status).toBe(200);
  expect((await asked(slack.url, { headers: { host: 'evil.example' } })).status).toBe(403);
  expect((await asked(`${slack.url}/local/workspace`, { headers: { host: 'evil.example:80' } })).status).toBe(403);
});

it('takes no deed from another site', async () => {
  await using slack = await startLocalSlack();
  const post = (headers: Record<string, string>) =>
    asked(`${slack.url}/local/deeds`, { method: 'POST', headers, body: deed });

  expect((await post({ origin: 'https://evil.example', 'content-type': 'application/json' })).status).toBe(403);
  expect((await post({ 'content-type': 'text/plain' })).status).toBe(415);
  expect((await post({ 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect(slack.messages('general')).toEqual([]);
  expect((await post({ origin: slack.url, 'content-type': 'application/json' })).status).toBe(200);
  expect(slack.messages('general')).toHaveLength(1);
});

it('the page may run its own files only, and no file outside of its folder is served', async () => {
  await using slack = await startLocalSlack();
  const { headers, body } = await asked(slack.url);

  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(body).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/);
  expect((await asked(`${slack.url}/page/..%2Fslack%2Fworkspace.ts`)).status).toBe(404);
  expect((await asked(`${slack.url}/page/index.html`)).status).toBe(404);
});

it('a person sees and does only what is theirs', async () => {
  await using slack = await startLocalSlack();
  const theirs = await slack.as('maya').post('security', 'a private report');
  const act = (deed: object) =>
    asked(`${slack.url}/local/deeds`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ as: 'U0LENA', deed }),
    });

  expect((await asked(`${slack.url}/local/messages?as=U0LENA&channel=C0SECURITY`)).status).toBe(404);
  expect((await asked(`${slack.url}/local/messages?as=U0OMAR&channel=C0SECURITY`)).body).toContain('a private report');
  expect(JSON.parse((await act({ do: 'post', channel: 'C0SECURITY', text: 'x' })).body).ok).toBe(false);
  expect(JSON.parse((await act({ do: 'remove', ts: theirs.ts })).body).ok).toBe(false);
  expect(JSON.parse((await act({ do: 'dance' })).body)).toEqual({
    ok: false,
    sentence: 'The page asked for something that does not exist. Reload it.',
  });
});

it('a port that is taken is said', async () => {
  await using slack = await startLocalSlack();

  await expect(startLocalSlack({ port: Number(new URL(slack.url).port) })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
  });
});
