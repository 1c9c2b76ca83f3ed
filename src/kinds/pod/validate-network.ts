import { checkName } from '../../model/check-metadata.ts';
import { checkIp, checkNotEmpty } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { PodSpec } from '../../model/object.ts';

const maxNameservers = 3;
const maxSearches = 32;
const maxSearchCharacters = 2048;

/** Reports what is wrong with a Pod's names and name resolution. */
export function checkNames(field: Field, spec: PodSpec): void {
  if (spec.hostname !== undefined && spec.hostname !== '') checkName(field.at('hostname'), 'dns-label', spec.hostname);
  if (spec.subdomain !== undefined && spec.subdomain !== '') checkName(field.at('subdomain'), 'dns-label', spec.subdomain);
  checkEach(field.at('hostAliases'), spec.hostAliases, (element, { ip, hostnames }) => {
    checkIp(element.at('ip'), ip);
    checkEach(element.at('hostnames'), hostnames, (nameField, name) => checkName(nameField, 'dns-subdomain', name));
  });
  checkDns(field, spec);
}

function checkDns(field: Field, { dnsPolicy, dnsConfig }: PodSpec): void {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  const config = field.at('dnsConfig');
  if (dnsPolicy === 'None' && nameservers.length === 0) config.at('nameservers').fail('must have at least one address with dnsPolicy None');
  if (nameservers.length > maxNameservers) config.at('nameservers').fail(`has ${nameservers.length} elements; must have at most ${maxNameservers}`);
  checkEach(config.at('nameservers'), nameservers, (element, address) => checkIp(element, address));
  if (searches.length > maxSearches) config.at('searches').fail(`has ${searches.length} elements; must have at most ${maxSearches}`);
  if (searches.join(' ').length > maxSearchCharacters) config.at('searches').fail(`takes ${searches.join(' ').length} characters together; must take at most ${maxSearchCharacters}`);
  checkEach(config.at('searches'), searches, (element, domain) => {
    if (domain !== '.') checkName(element, 'dns-subdomain', domain.replace(/\.$/, ''));
  });
  checkEach(config.at('options'), options, (element, { name }) => checkNotEmpty(element.at('name'), name));
}
