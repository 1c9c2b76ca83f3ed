import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { HTTPGetAction } from '../../../src/model/object.ts';
import { portNumber } from './probe-handler.ts';
import type { ProbeHandler, ProbeOutcome, ProbeTarget } from './probe-handler.ts';

/** Sends one GET; success is a status of at least 200 and below 400. Follows no redirect; certificates are not checked. */
export function sendGet(action: HTTPGetAction, target: ProbeTarget, timeoutMs: number): Promise<ProbeOutcome> {
  const port = portNumber(action.port, target.container);
  const host = action.host || target.podIP;
  if (port === undefined || !host) return Promise.resolve({ ok: false, message: port === undefined ? `no port named ${action.port}` : 'the Pod has no address' });
  const given = Object.fromEntries(action.httpHeaders.map(({ name, value }) => [name, value]));
  const headers = { 'User-Agent': 'gantry-probe', Accept: '*/*', ...given };
  const options = { host, port, path: action.path.startsWith('/') ? action.path : `/${action.path}`, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) };
  return new Promise((resolve) => {
    const sent = (action.scheme === 'HTTPS' ? requestHttps : requestHttp)({ ...options, rejectUnauthorized: false }, (response) => {
      const status = response.statusCode ?? 0;
      resolve({ ok: status >= 200 && status < 400, message: `HTTP probe failed with statuscode: ${status}` });
      response.destroy();
    });
    sent.on('error', (error) => resolve({ ok: false, message: `Get "${action.scheme.toLowerCase()}://${host}:${port}${options.path}": ${error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timed out' : error.message}` }));
    sent.end();
  });
}

/** Success is an answer in time with a status of at least 200 and below 400. */
export const httpGetProbe: ProbeHandler = (probe, target) =>
  probe.httpGet ? sendGet(probe.httpGet, target, probe.timeoutSeconds * 1000) : Promise.resolve({ ok: false, message: 'no request' });
