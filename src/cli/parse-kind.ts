import { kindFacts, kindNames } from '../model/object.ts';
import type { KindName } from '../model/object.ts';
import { UsageError } from './command.ts';

const shortNames: Readonly<Record<string, KindName>> = {
  cm: 'ConfigMap', deploy: 'Deployment', ep: 'EndpointSlice', ev: 'Event', netpol: 'NetworkPolicy', no: 'Node', ns: 'Namespace', pdb: 'PodDisruptionBudget', po: 'Pod', rs: 'ReplicaSet', svc: 'Service',
};

/** The kind that a person means: `Deployment`, `deployments`, `deploy`, in any case. Throws UsageError that names all kinds. */
export function parseKind(given: string): KindName {
  const wanted = given.toLowerCase();
  const kind = shortNames[wanted] ?? kindNames.find((name) => [name, kindFacts[name].singular, kindFacts[name].plural].some((known) => known.toLowerCase() === wanted));
  if (kind) return kind;
  throw new UsageError(`there is no kind "${given}"; kinds are ${kindNames.map((name) => kindFacts[name].plural).join(', ')}`);
}
