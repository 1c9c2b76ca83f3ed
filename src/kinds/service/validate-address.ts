import { checkName } from '../../model/check-metadata.ts';
import { checkIp } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { ServiceSpec } from '../../model/object.ts';
import { isHeadless } from './service-address.ts';

/** Reports what is wrong with where a Service answers. */
export function checkAddresses(field: Field, spec: ServiceSpec): void {
  checkEach(field.at('externalIPs'), spec.externalIPs, (element, address) => checkIp(element, address));
  if (spec.type === 'ExternalName') return checkExternalName(field, spec);
  if (isHeadless(spec) && spec.type !== 'ClusterIP') field.at('clusterIP').fail(`must not be "None" with type ${spec.type}; only ClusterIP can be headless`);
  if (spec.clusterIP !== undefined && !isHeadless(spec)) checkIp(field.at('clusterIP'), spec.clusterIP);
  if ((spec.clusterIPs ?? [])[0] !== spec.clusterIP) field.at('clusterIPs').fail(`must start with clusterIP, ${spec.clusterIP ?? 'which is not set'}`);
  if ((spec.clusterIPs ?? []).length > 1) field.at('clusterIPs').fail('must have at most one element: the cluster has one range of addresses');
}

function checkExternalName(field: Field, { externalName, clusterIP }: ServiceSpec): void {
  if (externalName === undefined || externalName === '') field.at('externalName').fail('is required with type ExternalName; must be the name that DNS answers with, such as "db.example.com"');
  else checkName(field.at('externalName'), 'dns-subdomain', externalName.replace(/\.$/, ''));
  if (clusterIP !== undefined) field.at('clusterIP').fail('must be left out with type ExternalName (in a patch: null, and clusterIPs too)');
}
