import { connect } from 'node:http2';
import type { ProbeHandler, ProbeOutcome } from './probe-handler.ts';

const servingStatus = 1;

/** A HealthCheckRequest in gRPC's framing: no compression, length, then field 1 with the service's name. */
export function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Whether a framed HealthCheckResponse says SERVING. */
export function isServing(response: Buffer): boolean {
  const message = response.subarray(5);
  return message.length >= 2 && message[0] === 0x08 && message[1] === servingStatus;
}

/** Success is the answer SERVING of the gRPC health service in time. Plain text; service names up to 127 bytes. */
export const grpcProbe: ProbeHandler = (probe, { podIP }) => {
  const { port, service = '' } = probe.grpc ?? { port: 0 };
  if (!podIP) return Promise.resolve({ ok: false, message: 'the Pod has no address' });
  return new Promise<ProbeOutcome>((resolve) => {
    const session = connect(`http://${podIP}:${port}`);
    const timer = setTimeout(() => end({ ok: false, message: 'timed out' }), probe.timeoutSeconds * 1000);
    const end = (outcome: ProbeOutcome): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(outcome);
    };
    session.once('error', (error) => end({ ok: false, message: error.message }));
    const stream = session.request({ ':method': 'POST', ':path': '/grpc.health.v1.Health/Check', 'content-type': 'application/grpc', te: 'trailers' });
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.once('error', (error) => end({ ok: false, message: error.message }));
    stream.once('end', () => {
      const ok = isServing(Buffer.concat(parts));
      end({ ok, message: ok ? 'SERVING' : 'the service is not SERVING' });
    });
    stream.end(healthRequest(service));
  });
};
