import { describe, expect, it } from 'vitest';
import { rehearsal, withPackages } from '../../simulation/rehearsal.ts';

const { simulate } = rehearsal();

describe('WebSockets', () => {
  it('of ws and of Node itself carry words both ways between services', async () => {
    const tree = withPackages({
      'compose.yaml': `
services:
  front:
    build: services/front
    ports: ["4000:4000"]
    depends_on: [back]
  back:
    build: services/back
    ports: ["4001:4001"]
`,
      'services/front/package.json': { name: 'front', scripts: { start: 'node main.js' } },
      'services/front/main.js': `
      const Client = require('ws');
      require('node:http').createServer((request, response) => {
        const socket = new (request.url === '/ws' ? Client : WebSocket)('ws://back:4001/feed');
        const seen = [];
        socket.onopen = () => socket.send('tick');
        socket.onmessage = ({ data }) => seen.push(data);
        socket.onerror = (event) => seen.push('error ' + event.message);
        socket.onclose = ({ code }) => response.end(JSON.stringify({ code, seen }));
      }).listen(4000);
    `,
      'services/back/package.json': { name: 'back', scripts: { start: 'node main.js' } },
      'services/back/main.js': `
      const { WebSocketServer } = require('ws');
      new WebSocketServer({ port: 4001 }).on('connection', (socket) => {
        socket.on('message', (text) => {
          socket.send(text + ' 1');
          setTimeout(() => { socket.send(text + ' 2'); socket.close(4001, 'done'); }, 3000);
        });
      });
    `,
    });
    const { results } = await simulate(tree, {
      when: ['/ws', '/own'].map((path, at) => ({ http: { id: `ask${at}`, to: 'front', method: 'GET', path } })),
    });
    const answer = { code: 4001, seen: ['tick 1', 'tick 2'] };
    expect([results.ask0, results.ask1]).toMatchObject([
      { ms: 3000, body: JSON.stringify(answer) },
      { ms: 3000, body: JSON.stringify(answer) },
    ]);
  });
});
