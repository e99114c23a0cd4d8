/** Stands for the daemon in tests of updates: answers on the control socket, or does not. */
import { rmSync } from 'node:fs';
import http from 'node:http';
import { flushCompileCache } from 'node:module';

const [version, nature, socket] = process.argv.slice(2) as [string, string, string];

// It is killed, and would leave nothing to the next one.
flushCompileCache();

if (nature === 'hangs') setInterval(() => {}, 1000);
else {
  rmSync(socket, { force: true });
  http
    .createServer((request, response) => {
      request.resume();
      const json = (body: unknown) => response.end(JSON.stringify(body));
      if (request.url === '/restart') {
        json({ restarts: 'now' });
        response.on('close', () => process.exit(0));
        return;
      }
      const loudspeaker = nature === 'without loudspeaker' ? 'loudspeaker-failed' : 'working';
      const devices = { microphone: 'working', loudspeaker, panel: 'working' };
      json({
        version,
        uptimeS: Math.floor(process.uptime()),
        vacant: true,
        devices,
        later: 'unknown to the updater',
      });
    })
    .listen(socket);
}
