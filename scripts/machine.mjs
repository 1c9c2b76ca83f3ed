// Runs a command as if on a machine of its own: a network namespace with a loopback, an address and a neighbour.
//   node scripts/machine.mjs NAME COMMAND [ARG…]
// Inside, the machine has 10.98.0.1 on eth0; the namespace NAME-out has 10.98.0.2 and stands for a client elsewhere.
// GANTRY_MACHINE is its name; GANTRY_OUTSIDE the network namespace around it, for the few things that need package registries.
// Docker Engines, servers and agents that the command starts see no other machine's ports, routes or packet rules, and leave none behind.
import { spawn, spawnSync } from 'node:child_process';

const [name, command, ...args] = process.argv.slice(2);
if (!name || !command) {
  console.error('usage: node scripts/machine.mjs NAME COMMAND [ARG…]');
  process.exit(2);
}
const out = `${name}-out`;

/** Runs one command; on failure says which and why. */
function run(line) {
  const [program, ...rest] = line.split(' ');
  const result = spawnSync(program, rest, { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${line}: ${result.error?.message ?? result.stderr.trim()}`);
}

function remove() {
  for (const namespace of [name, out]) spawnSync('ip', ['netns', 'del', namespace], { stdio: 'ignore' });
}

remove();
try {
  for (const line of [
    `ip netns add ${name}`, `ip netns add ${out}`,
    `ip link add eth0 netns ${name} type veth peer name eth0 netns ${out}`,
    ...[[name, '10.98.0.1'], [out, '10.98.0.2']].flatMap(([namespace, address]) => [
      `ip -n ${namespace} link set lo up`, `ip -n ${namespace} addr add ${address}/24 dev eth0`, `ip -n ${namespace} link set eth0 up`,
    ]),
    `ip -n ${name} route add default via 10.98.0.2`,
    `nsenter --net=/run/netns/${name} sysctl -qw net.ipv4.ip_forward=1`,
  ]) run(line);
} catch (error) {
  remove();
  console.error(`cannot make a network namespace (${error.message}); it takes Linux, root and iproute2: apt-get install iproute2`);
  process.exit(1);
}
// nsenter, not `ip netns exec`: the latter mounts another /sys and hides the control groups that Docker needs.
const child = spawn('nsenter', [`--net=/run/netns/${name}`, command, ...args], { stdio: 'inherit', env: { ...process.env, GANTRY_MACHINE: name, GANTRY_OUTSIDE: `/proc/${process.pid}/ns/net` } });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  remove();
  process.exit(code ?? (signal === 'SIGINT' ? 130 : 1));
});
