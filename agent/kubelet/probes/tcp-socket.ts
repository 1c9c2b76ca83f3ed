import { connect } from 'node:net';
import { portNumber } from './probe-handler.ts';
import type { ProbeHandler } from './probe-handler.ts';

/** Success is an accepted connection in time. */
export const tcpSocketProbe: ProbeHandler = (probe, { container, podIP }) => {
  const port = portNumber(probe.tcpSocket?.port ?? 0, container);
  const host = probe.tcpSocket?.host || podIP;
  if (!port || !host) return Promise.resolve({ ok: false, message: port ? 'the Pod has no address' : 'no such port' });
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: probe.timeoutSeconds * 1000 });
    const end = (ok: boolean, message: string): void => {
      socket.destroy();
      resolve({ ok, message });
    };
    socket.once('connect', () => end(true, 'connected'));
    socket.once('timeout', () => end(false, `dial tcp ${host}:${port}: timed out`));
    socket.once('error', (error) => end(false, `dial tcp ${host}:${port}: ${error.message}`));
  });
};
