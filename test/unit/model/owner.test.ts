import { expect, it } from 'vitest';
import { controllerOf, isControlledBy, ownerReferenceTo } from '../../../src/model/owner.ts';
import { minimalInput } from '../../support/arbitraries/minimal-inputs.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';

const owner = storedObject('ReplicaSet', minimalInput('ReplicaSet', 'web'));
const namesake = storedObject('ReplicaSet', minimalInput('ReplicaSet', 'web'));

it('tells who controls an object, by uid', () => {
  const pod = storedObject('Pod', minimalInput('Pod'), { ownerReferences: [{ ...ownerReferenceTo(namesake), controller: false }, ownerReferenceTo(owner)] });
  expect(controllerOf(pod)).toEqual({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: owner.metadata.uid, controller: true, blockOwnerDeletion: true });
  expect(isControlledBy(pod, owner)).toBe(true);
  expect(isControlledBy(pod, namesake)).toBe(false);
});

it('knows an orphan', () => {
  const orphan = storedObject('Pod', minimalInput('Pod'));
  expect(controllerOf(orphan)).toBeUndefined();
  expect(isControlledBy(orphan, owner)).toBe(false);
});
