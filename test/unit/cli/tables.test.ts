import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columns } from '../../../src/cli/columns.ts';
import { renderObjects } from '../../../src/cli/commands/get.ts';
import { renderAge, renderTable } from '../../../src/cli/render-table.ts';
import { kindNames } from '../../../src/model/object.ts';
import type { Deployment, Node } from '../../../src/model/object.ts';

test('a table has as many lines as rows, and each column begins at the same place in all of them', () => {
  const cell = fc.stringMatching(/^[a-z0-9/-]{1,12}$/);
  fc.assert(fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 10 }), (rows) => {
    const lines = renderTable(['A', 'B', 'C'], rows).trimEnd().split('\n');
    expect(lines).toHaveLength(rows.length + 1);
    const starts = lines.map((line) => [...line.matchAll(/(?<=^| {3,})\S/g)].map(({ index }) => index));
    for (const start of starts) expect(start).toEqual(starts[0]);
    expect(lines.slice(1).map((line) => line.split(/ {3,}/))).toEqual(rows);
  }));
});

test.each([
  [0, '0s'], [119, '119s'], [120, '2m'], [59 * 60, '59m'], [3600, '1h'], [3600 * 3 + 300, '3h5m'], [3600 * 9 + 300, '9h'], [86_400, '1d'], [86_400 * 2 + 7200, '2d2h'], [86_400 * 30 + 7200, '30d'], [-5, '0s'],
])('%i seconds ago is %s', (seconds, shown) => expect(renderAge(new Date(1e12 - seconds * 1000).toISOString(), 1e12)).toBe(shown));

test('every kind has columns, and a Deployment those of the four counts', () => {
  for (const kind of kindNames) expect(columns[kind].length).toBeGreaterThan(1);
  const metadata = { name: 'web', namespace: 'shop', creationTimestamp: new Date(1e12 - 60_000).toISOString() };
  const deployment = { metadata, spec: { replicas: 10 }, status: { replicas: 12, updatedReplicas: 5, availableReplicas: 8 } } as unknown as Deployment;
  expect(renderObjects('Deployment', [deployment], true, 1e12)).toBe('NAMESPACE   NAME   DESIRED   CURRENT   UP_TO_DATE   AVAILABLE   AGE\nshop        web    10        12        5            8           60s\n');
});

test('a cordoned node that nobody hears of says both', () => {
  const node = { metadata: { name: 'n1', creationTimestamp: new Date(1e12).toISOString() }, spec: { unschedulable: true, podCIDR: '10.244.1.0/24' }, status: { conditions: [{ type: 'Ready', status: 'Unknown' }], addresses: [] } } as unknown as Node;
  expect(renderObjects('Node', [node], false, 1e12)).toMatch(/n1 +Unknown,Cordoned +- +10\.244\.1\.0\/24 +0s +-/);
});
