// Connects to addresses again and again, and prints `INDEX TIME` (ms since 1970) when one answers that did not before, `INDEX gone` when it does no more: node first-answer.mjs HOST PORT …
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const pairs = process.argv.slice(2), targets = [];
for (let i = 0; i < pairs.length; i += 2) targets.push({ host: pairs[i], port: Number(pairs[i + 1]) });
const answers = ({ host, port }) => new Promise((resolve) => {
  const socket = connect({ host, port, timeout: 1000 });
  socket.on('connect', () => { socket.destroy(); resolve(true); });
  for (const event of ['error', 'timeout']) socket.on(event, () => { socket.destroy(); resolve(false); });
});
await Promise.all(targets.map(async (target, index) => {
  for (let did = true; ; await pause(2)) {
    const does = await answers(target);
    if (does !== did) console.log(`${index} ${does ? Date.now() : 'gone'}`);
    did = does;
  }
}));
