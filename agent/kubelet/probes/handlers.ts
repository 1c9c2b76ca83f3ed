import type { Probe } from '../../../src/model/object.ts';
import { execProbe } from './exec.ts';
import { grpcProbe } from './grpc.ts';
import { httpGetProbe } from './http-get.ts';
import type { ProbeHandler } from './probe-handler.ts';
import { tcpSocketProbe } from './tcp-socket.ts';

type ProbeType = 'exec' | 'httpGet' | 'tcpSocket' | 'grpc';

/** One handler per type of probe. */
export const probeHandlers: { readonly [Type in ProbeType]: ProbeHandler } = { exec: execProbe, httpGet: httpGetProbe, tcpSocket: tcpSocketProbe, grpc: grpcProbe };

/** Makes the check that a probe asks for. */
export const runProbe: ProbeHandler = (probe: Probe, target, runtime) => {
  const type = (Object.keys(probeHandlers) as ProbeType[]).find((name) => probe[name] !== undefined);
  return type ? probeHandlers[type](probe, target, runtime) : Promise.resolve({ ok: false, message: 'the probe has no check' });
};
