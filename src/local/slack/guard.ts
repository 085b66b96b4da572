/** Why a request is refused, or undefined when it may go on: only this machine, and no other site in its browser. */
export function refusedAs(request: Request, port: number): string | undefined {
  const host = request.headers.get('host') ?? '';
  const own = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  if (!own.includes(host)) return 'This server answers on loopback only. Open it by 127.0.0.1.';
  const origin = request.headers.get('origin');
  if (origin !== null && !own.some((name) => origin === `http://${name}`))
    return 'Another site may not use this server.';
  if (request.headers.get('sec-fetch-site') === 'cross-site' && request.method !== 'GET')
    return 'Another site may not use this server.';
  return undefined;
}
