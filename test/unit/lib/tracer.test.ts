import { expect, test } from 'vitest';
import { noTracer, startTracer } from '../../../src/lib/tracer.ts';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';

test('spans arrive with their parents, their failures and their times; messages of errors stay here', async () => {
  await using receiver = await startOtlpReceiver();
  const { tracer, stop } = await startTracer(receiver.endpoint, 'gantry-test', '1');
  const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await tracer.span('outer', { count: 2 }, () => tracer.span('inner', {}, () => Promise.resolve()), parent);
  await expect(tracer.span('fails', {}, () => Promise.reject(new Error('a secret text')))).rejects.toThrow('a secret text');
  tracer.record('earlier', {}, 1000, 3000);
  await stop();
  const [inner, outer, fails, earlier] = ['inner', 'outer', 'fails', 'earlier'].map((name) => receiver.spans.find((span) => span.name === name));
  expect(outer).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16), isError: false, service: 'gantry-test', attributes: { count: 2 } });
  expect(inner).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId });
  expect(fails).toMatchObject({ isError: true, parentSpanId: undefined });
  expect(earlier).toBeDefined();
  expect(receiver.text()).toContain('"startTimeUnixNano":"1000000000"');
  expect(receiver.text()).not.toContain('a secret text');
});

test('without an endpoint nothing is traced, and with a dead one nothing fails', async () => {
  expect((await startTracer(undefined, 'x', '1')).tracer).toBe(noTracer);
  const receiver = await startOtlpReceiver();
  await receiver[Symbol.asyncDispose]();
  const { tracer, stop } = await startTracer(receiver.endpoint, 'x', '1');
  expect(await tracer.span('lost', {}, () => Promise.resolve(7))).toBe(7);
  await stop();
});
