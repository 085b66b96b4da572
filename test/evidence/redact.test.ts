import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/evidence/redact.ts';

const github = `ghp_${'a1B2'.repeat(9)}`;

describe('redact', () => {
  const secrets: [name: string, text: string, secret: string][] = [
    ['a token in a vendor’s format', `the token is ${github}`, github],
    ['a bearer header', "curl -H 'Authorization: Bearer s3cr3tvalue' http://localhost/x", 's3cr3tvalue'],
    ['basic credentials', 'Authorization: Basic dXNlcjpodW50ZXIy', 'dXNlcjpodW50ZXIy'],
    ['a password of curl', 'curl -u admin:hunter22 http://localhost/x', 'hunter22'],
    ['a password in a URL', 'postgres://shop:hunter22@db/shop', 'hunter22'],
    ['a session cookie', 'Cookie: theme=dark; sid=0f9a8b7c6d', '0f9a8b7c6d'],
    ['a web token', 'x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.abcDEF123_-', 'eyJhbGciOiJIUzI1NiJ9'],
    [
      'a private key',
      '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ\n-----END PRIVATE KEY-----',
      'kqhkiG9w0BAQ',
    ],
  ];
  it.each(secrets)('takes out %s', async (_, text, secret) => {
    const { texts, redactions } = await redact([text]);
    expect(texts[0]).not.toContain(secret);
    expect(texts[0]).toContain('redacted-secret-1');
    expect(redactions).toBeGreaterThan(0);
  });

  it('takes a secret out wherever else it stands', async () => {
    const { texts } = await redact(['Authorization: Bearer abcd1234efgh', 'I sent abcd1234efgh twice']);
    expect(texts[1]).toBe('I sent redacted-secret-1 twice');
  });

  const personal: [text: string, clean: string][] = [
    [
      'mail x@acme.io, x%40acme.io or y@acme.io',
      'mail person1@redacted.example, person1%40redacted.example or person2@redacted.example',
    ],
    ['user%2Eemail=x%40acme.io&b=1', 'user%2Eemail=person1%40redacted.example&b=1'],
    ['x+news@acme.io x%2Bnews%40acme.io', 'person1+tag@redacted.example person1%2Btag%40redacted.example'],
    ['call +49 170 1234567 or (212) 555-1234', 'call +45 555 5555001 or (255) 555-5002'],
    ['card 4111 1111 1111 1111', 'card 0000 0000 0000 0001'],
    ['IBAN DE89 3704 0044 0532 0130 00 failed', 'IBAN XX00REDACTED0001 failed'],
    ['client ip=81.2.69.142 here', 'client ip=203.0.113.1 here'],
    ['81.2.69.142 - - [10/Oct/2025] "GET / HTTP/1.1" 200', '203.0.113.1 - - [10/Oct/2025] "GET / HTTP/1.1" 200'],
  ];
  it.each(personal)('keeps the shape of %s', async (text, clean) => {
    expect((await redact([text])).texts).toEqual([clean]);
  });

  const kept = [
    'a@1.2.3-rc.1 left-pad@1.3.0 @scope/name@2.0.0',
    '6.3.0-2025112604453300127fe1c and 1.0.0+20130313144700',
    'ada@example.com git@github.com:acme/shop.git',
    'version 4.17.0.1 from 10.0.0.7 to 127.0.0.1:3000',
    'id 4111111111111112 ts 1763947276.001119 sha 33f7ae60144909e5d94473d44fe8663d3dae0c80',
    'password: null, token=true, apiKey: process.env.KEY, { password: undefined }',
    '2025-11-30T06:08:41Z order 1000000000000 total 12345678901234',
  ];
  it.each(kept)('leaves alone: %s', async (text) => {
    expect(await redact([text])).toEqual({ texts: [text], redactions: 0 });
  });

  it('gives the same person the same stand-in, whatever stands around', async () => {
    const name = fc.stringMatching(/^[a-z]{3,8}$/);
    await fc.assert(
      fc.asyncProperty(name, name, async (a, b) => {
        const { texts } = await redact([`<${a}@acme.io> "${b}@acme.io"`, `to=${a}%40acme.io`]);
        const same = a === b ? 1 : 2;
        expect(texts).toEqual([
          `<person1@redacted.example> "person${same}@redacted.example"`,
          'to=person1%40redacted.example',
        ]);
      }),
      { numRuns: 30 },
    );
  });
});
