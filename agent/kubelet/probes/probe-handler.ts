import type { Container, Probe } from '../../../src/model/object.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** What is probed. */
export interface ProbeTarget {
  readonly containerId: string;
  readonly container: Container;
  readonly podIP: string | undefined;
}

/** What one check found. The message is for events. */
export interface ProbeOutcome {
  readonly ok: boolean;
  readonly message: string;
}

/** Makes one check of one type. Never throws: a check that can't be made has failed. Ends within the probe's timeout. */
export type ProbeHandler = (probe: Probe, target: ProbeTarget, runtime: Pick<Runtime, 'exec'>) => Promise<ProbeOutcome>;

/** The number of a port that is given by number or by name. */
export function portNumber(port: number | string, container: Container): number | undefined {
  if (typeof port === 'number') return port;
  const named = container.ports.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}
