import { expect, it } from 'vitest';
import { rehearsal, withPackages } from './rehearsal.ts';

const { simulate } = rehearsal();

const shop = `
const http = require('node:http');
const nodemailer = require('nodemailer');
const mails = nodemailer.createTransport({ host: 'mail', port: 1025, auth: { user: 'a', pass: 'b' } });
http.createServer(async (request, response) => {
  try {
    const sent = await mails.sendMail({
      from: 'Shop <shop@shop.example>', to: ['ada@mail.example', 'bob@mail.example'], subject: 'Grüße ☃',
      text: 'Thank you.\\n.dots stay\\n', html: '<p>Thank you.</p>', attachments: [{ filename: 'bill.txt', content: '10' }],
    });
    response.end(sent.response);
  } catch (error) { response.statusCode = 500; response.end(error.message); }
}).listen(3000);
`;

it('nodemailer, unchanged, sends mail that a plan can count and read', async () => {
  const tree = withPackages({
    'compose.yaml': `
services:
  shop: { build: ., ports: ["3000:3000"] }
  mail: { image: "axllent/mailpit", ports: ["1025:1025"] }
`,
    'package.json': { name: 'shop', scripts: { start: 'node main.js' } },
    'main.js': shop,
  });
  const then = [
    { check: 'mail.status = 200' },
    { sent: { to: 'mail', on: 'MAIL', times: 1 } },
    { sent: { to: 'ada@mail.example', on: 'MAIL' } },
    { sent: { to: 'eve@mail.example', on: 'MAIL', times: 0 } },
    { sql: { store: 'mail', text: 'mails to bob@mail.example', check: '$[0].subject = "Grüße ☃"' } },
    { sql: { store: 'mail', text: 'mails', check: '$[0].text = "Thank you.\n.dots stay"' } },
    {
      sql: {
        store: 'mail',
        text: 'mails',
        check: '"bill.txt" in $[0].attachments and $[0].from = "shop@shop.example"',
      },
    },
  ];
  const when = [{ http: { id: 'mail', to: 'shop', path: '/' } }];
  const { verdict, trace } = await simulate(tree, { when, then });
  expect(verdict.reason).toBe('All 7 expectations are met.');
  expect(trace.events.find(({ kind }) => kind === 'publish')?.what).toBe('MAIL ada@mail.example, bob@mail.example');
  const twice = await simulate(tree, { when, then: [{ sent: { to: 'mail', on: 'MAIL', times: 2 } }] });
  expect(twice.verdict).toMatchObject({ outcome: 'violated', reason: expect.stringContaining('mailed 1 times') });
});
