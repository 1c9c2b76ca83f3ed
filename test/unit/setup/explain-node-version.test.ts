import { expect, test } from 'vitest';
import { explainNodeVersion } from '../../../scripts/setup/explain-node-version.mjs';

test.each(['20.19.0', '20.19.7', '20.20.2', '22.0.0', '100.1.0'])('%s is new enough', (version) => {
  expect(explainNodeVersion(version, '>=20.19')).toBeUndefined();
});

test.each(['20.18.9', '18.20.0', '9.99.0'])('%s is too old, and the message says what is wanted', (version) => {
  expect(explainNodeVersion(version, '>=20.19')).toMatch(`needs Node 20.19 or later; this is ${version}.`);
});
