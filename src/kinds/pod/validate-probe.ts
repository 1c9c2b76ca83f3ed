import { checkExactlyOne, checkNotEmpty, checkPort, checkRange } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { Container, ExecAction, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../../model/object.ts';
import { checkPortReference } from './validate-port.ts';

const probeNames = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** Reports what is wrong with a container's probes and hooks. */
export function checkProbesAndHooks(field: Field, container: Container, gracePeriodSeconds: number): void {
  for (const name of probeNames) {
    const probe = container[name];
    if (probe !== undefined) checkProbe(field.at(name), probe, name);
  }
  if (container.lifecycle !== undefined) checkLifecycle(field.at('lifecycle'), container.lifecycle, gracePeriodSeconds);
}

/** Reports probes and hooks of an init container that runs to its end: it is never in service. */
export function checkNoProbesOrHooks(field: Field, container: Container): void {
  for (const name of [...probeNames, 'lifecycle'] as const) {
    if (container[name] !== undefined) field.at(name).fail('must be left out: only a sidecar (an init container with restartPolicy Always) has it');
  }
}

function checkProbe(field: Field, probe: Probe, name: (typeof probeNames)[number]): void {
  checkExactlyOne(field, probe, ['exec', 'httpGet', 'tcpSocket', 'grpc']);
  if (probe.exec) checkExec(field.at('exec'), probe.exec);
  if (probe.httpGet) checkHttpGet(field.at('httpGet'), probe.httpGet);
  if (probe.tcpSocket) checkPortReference(field.at('tcpSocket').at('port'), probe.tcpSocket.port);
  if (probe.grpc) checkPort(field.at('grpc').at('port'), probe.grpc.port);
  checkRange(field.at('initialDelaySeconds'), probe.initialDelaySeconds, 0);
  checkRange(field.at('timeoutSeconds'), probe.timeoutSeconds, 1);
  checkRange(field.at('periodSeconds'), probe.periodSeconds, 1);
  checkRange(field.at('successThreshold'), probe.successThreshold, 1);
  checkRange(field.at('failureThreshold'), probe.failureThreshold, 1);
  checkRange(field.at('terminationGracePeriodSeconds'), probe.terminationGracePeriodSeconds, 1);
  if (name !== 'readinessProbe') {
    if (probe.successThreshold > 1) field.at('successThreshold').fail(`is ${probe.successThreshold}; must be 1 for a ${name}`);
  } else if (probe.terminationGracePeriodSeconds !== undefined) field.at('terminationGracePeriodSeconds').fail('must be left out: a readinessProbe never ends a container');
}

function checkLifecycle(field: Field, lifecycle: Lifecycle, gracePeriodSeconds: number): void {
  for (const name of ['postStart', 'preStop'] as const) {
    const handler = lifecycle[name];
    if (handler !== undefined) checkHandler(field.at(name), handler, gracePeriodSeconds);
  }
}

function checkHandler(field: Field, handler: LifecycleHandler, gracePeriodSeconds: number): void {
  checkExactlyOne(field, handler, ['exec', 'httpGet', 'sleep']);
  if (handler.exec) checkExec(field.at('exec'), handler.exec);
  if (handler.httpGet) checkHttpGet(field.at('httpGet'), handler.httpGet);
  if (handler.sleep && (handler.sleep.seconds < 0 || handler.sleep.seconds > gracePeriodSeconds)) {
    field.at('sleep').at('seconds').fail(`is ${handler.sleep.seconds}; must be from 0 to terminationGracePeriodSeconds, ${gracePeriodSeconds}`);
  }
}

function checkExec(field: Field, { command }: ExecAction): void {
  if (command.length === 0) field.at('command').fail('must name a program, such as ["cat", "/tmp/ready"]');
}

function checkHttpGet(field: Field, { path, port, host, httpHeaders }: HTTPGetAction): void {
  checkNotEmpty(field.at('path'), path);
  checkPortReference(field.at('port'), port);
  checkNotEmpty(field.at('host'), host);
  checkEach(field.at('httpHeaders'), httpHeaders, (element, { name, value }) => {
    if (!/^[-A-Za-z0-9]+$/.test(name)) element.at('name').fail(`${JSON.stringify(name)} must consist of letters, digits and "-", such as "X-Probe"`);
    if (/[\r\n\0]/.test(value)) element.at('value').fail('must be a single line');
  });
}
