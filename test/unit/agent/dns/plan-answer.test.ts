import { describe, expect, test } from 'vitest';
import { planAnswer } from '../../../../agent/dns/plan-answer.ts';
import type { AnswerPlan } from '../../../../agent/dns/plan-answer.ts';
import type { DnsRecord } from '../../../../agent/dns/record.ts';
import { host, indexOf, service, servicePort, slice } from './fixtures.ts';

const facts = { zone: 'cluster.local', ranges: ['10.96.0.0/16', '10.244.0.0/16'] };
const http = servicePort({ port: 80, name: 'http' });
const admin = servicePort({ port: 90, name: 'admin' });

const index = indexOf([
  service('web', { clusterIP: '10.96.3.4', ports: [http, servicePort({ port: 81, name: 'stats', protocol: 'UDP' })] }),
  service('plain', { clusterIP: '10.96.3.5', ports: [servicePort({ port: 80 })] }, 'team'),
  service('db', { clusterIP: 'None', ports: [http, admin] }),
  service('empty', { clusterIP: 'None', ports: [http] }),
  service('eager', { clusterIP: 'None', ports: [http], publishNotReadyAddresses: true }),
  service('outside', { type: 'ExternalName', externalName: 'Example.com' }),
  service('inside', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local.' }),
  service('nowhere', { type: 'ExternalName', externalName: 'gone.default.svc.cluster.local' }),
  service('round', { type: 'ExternalName', externalName: 'round.default.svc.cluster.local' }),
], [
  slice('db', [host('10.244.1.2', 'db-0'), host('10.244.1.3', 'db-1'), host('10.244.1.4'), host('10.244.1.5', 'db-3', false)]),
  slice('empty', [host('10.244.1.6', undefined, false)]),
  slice('eager', [host('10.244.1.7', 'soon', false)]),
  slice('web', [host('10.244.1.8', 'web-0')]),
  slice('db', [host('fd00::2', 'db-0')], { name: 'db-6', addressType: 'IPv6' }),
]);

function text(record: DnsRecord): string {
  const { name, type } = record;
  switch (record.type) {
    case 'A': case 'AAAA': return `${name} ${type} ${record.address}`;
    case 'SRV': return `${name} ${type} 0 ${record.weight} ${record.port} ${record.target}`;
    case 'TXT': return `${name} ${type} ${record.text}`;
    case 'SOA': return `${name} ${type} ${record.server}`;
    case 'CNAME': case 'NS': case 'PTR': return `${name} ${type} ${record.target}`;
  }
}

const plan = (type: string, name: string): AnswerPlan => planAnswer({ type, name }, index, facts);

/** The code and the answers without the part of their names that all share; for a name without records the one authority's type. */
function ask(type: string, name: string): readonly string[] {
  const planned = plan(type, name);
  if (planned.kind === 'forward') return ['forward'];
  if (planned.kind === 'alias') return [`alias ${planned.target}`, ...planned.answers.map(text)];
  const { code, answers, authorities, isAuthoritative } = planned.reply;
  expect(isAuthoritative).toBe(true);
  expect(authorities.map((record) => record.type)).toEqual(answers.some((record) => record.type === type || type === 'ANY') || code === 'SERVFAIL' ? [] : ['SOA']);
  return [code, ...answers.map(text)].map((line) => line.replaceAll('.svc.cluster.local', ''));
}

describe('a Service with an address', () => {
  test.each([
    ['A', 'web.default.svc.cluster.local', ['NOERROR', 'web.default A 10.96.3.4']],
    ['A', 'plain.team.svc.cluster.local', ['NOERROR', 'plain.team A 10.96.3.5']],
    ['A', 'WEB.Default.svc.CLUSTER.local', ['NOERROR', 'web.default A 10.96.3.4']],
    ['AAAA', 'web.default.svc.cluster.local', ['NOERROR']],
    ['UNKNOWN_65', 'web.default.svc.cluster.local', ['NOERROR']],
    ['SRV', '_http._tcp.web.default.svc.cluster.local', ['NOERROR', '_http._tcp.web.default SRV 0 100 80 web.default']],
    ['SRV', '_STATS._udp.web.default.svc.cluster.local', ['NOERROR', '_stats._udp.web.default SRV 0 100 81 web.default']],
    ['SRV', 'web.default.svc.cluster.local', ['NOERROR', 'web.default SRV 0 100 80 web.default', 'web.default SRV 0 100 81 web.default']],
    ['SRV', '_http._udp.web.default.svc.cluster.local', ['NXDOMAIN']],
    ['SRV', '_other._tcp.web.default.svc.cluster.local', ['NXDOMAIN']],
    ['SRV', '_80._tcp.plain.team.svc.cluster.local', ['NXDOMAIN']],
    ['SRV', '_x._http._tcp.web.default.svc.cluster.local', ['NXDOMAIN']],
    ['A', '_tcp.web.default.svc.cluster.local', ['NOERROR']],
    ['A', 'web-0.web.default.svc.cluster.local', ['NXDOMAIN']],
    ['PTR', '4.3.96.10.in-addr.arpa', ['NOERROR', '4.3.96.10.in-addr.arpa PTR web.default']],
    ['A', 'missing.default.svc.cluster.local', ['NXDOMAIN']],
    ['A', 'web.team.svc.cluster.local', ['NXDOMAIN']],
  ])('%s %s', (type, name, expected) => { expect(ask(type, name)).toEqual(expected); });
});

describe('a headless Service', () => {
  test.each([
    ['A', 'db.default.svc.cluster.local', ['NOERROR', 'db.default A 10.244.1.4', 'db.default A 10.244.1.2', 'db.default A 10.244.1.3']],
    ['AAAA', 'db.default.svc.cluster.local', ['NOERROR', 'db.default AAAA fd00::2']],
    ['A', 'db-0.db.default.svc.cluster.local', ['NOERROR', 'db-0.db.default A 10.244.1.2']],
    ['A', '10-244-1-4.db.default.svc.cluster.local', ['NOERROR', '10-244-1-4.db.default A 10.244.1.4']],
    ['A', 'db-3.db.default.svc.cluster.local', ['NXDOMAIN']],
    ['A', 'empty.default.svc.cluster.local', ['NXDOMAIN']],
    ['SRV', '_http._tcp.empty.default.svc.cluster.local', ['NXDOMAIN']],
    ['A', 'eager.default.svc.cluster.local', ['NOERROR', 'eager.default A 10.244.1.7']],
    ['A', 'soon.eager.default.svc.cluster.local', ['NOERROR', 'soon.eager.default A 10.244.1.7']],
    ['SRV', '_admin._tcp.db.default.svc.cluster.local', ['NOERROR', '_admin._tcp.db.default SRV 0 100 9090 10-244-1-4.db.default', '_admin._tcp.db.default SRV 0 100 9090 db-0.db.default', '_admin._tcp.db.default SRV 0 100 9090 db-1.db.default']],
    ['PTR', '3.1.244.10.in-addr.arpa', ['NOERROR', '3.1.244.10.in-addr.arpa PTR db-1.db.default']],
    ['PTR', '4.1.244.10.in-addr.arpa', ['NOERROR', '4.1.244.10.in-addr.arpa PTR 10-244-1-4.db.default']],
    ['PTR', '5.1.244.10.in-addr.arpa', ['NXDOMAIN']],
    ['PTR', '8.1.244.10.in-addr.arpa', ['NXDOMAIN']],
  ])('%s %s', (type, name, expected) => { expect(ask(type, name)).toEqual(expected); });

  test('has a SRV record for each of N endpoints and M named ports, with the addresses of their targets', () => {
    const planned = plan('SRV', 'db.default.svc.cluster.local');
    if (planned.kind !== 'answer') throw new Error(planned.kind);
    expect(planned.reply.answers).toHaveLength(3 * 2);
    expect(planned.reply.additionals.map(text)).toContain('db-1.db.default.svc.cluster.local A 10.244.1.3');
  });
});

describe('an ExternalName', () => {
  test.each([
    ['CNAME', 'outside.default.svc.cluster.local', ['NOERROR', 'outside.default CNAME example.com']],
    ['A', 'outside.default.svc.cluster.local', ['alias example.com', 'outside.default.svc.cluster.local CNAME example.com']],
    ['A', 'inside.default.svc.cluster.local', ['NOERROR', 'inside.default CNAME web.default', 'web.default A 10.96.3.4']],
    ['AAAA', 'inside.default.svc.cluster.local', ['NOERROR', 'inside.default CNAME web.default']],
    ['A', 'nowhere.default.svc.cluster.local', ['NXDOMAIN', 'nowhere.default CNAME gone.default']],
    ['A', 'x.outside.default.svc.cluster.local', ['NXDOMAIN']],
  ])('%s %s', (type, name, expected) => { expect(ask(type, name)).toEqual(expected); });

  test('that leads to itself ends', () => { expect(ask('A', 'round.default.svc.cluster.local')[0]).toBe('SERVFAIL'); });
});

describe('the rest of the zone', () => {
  test.each([
    ['TXT', 'dns-version.cluster.local', ['NOERROR', 'dns-version.cluster.local TXT 1.1.0']],
    ['A', 'dns-version.cluster.local', ['NOERROR']],
    ['NS', 'cluster.local', ['NOERROR', 'cluster.local NS kube-dns.kube-system']],
    ['SOA', 'cluster.local.', ['NOERROR', 'cluster.local SOA kube-dns.kube-system']],
    ['A', 'cluster.local', ['NOERROR']],
    ['A', 'svc.cluster.local', ['NOERROR']],
    ['A', 'team.svc.cluster.local', ['NOERROR']],
    ['A', 'nobody.svc.cluster.local', ['NXDOMAIN']],
    ['A', '10-244-1-2.default.pod.cluster.local', ['NOERROR', '10-244-1-2.default.pod.cluster.local A 10.244.1.2']],
    ['AAAA', '10-244-1-2.default.pod.cluster.local', ['NOERROR']],
    ['A', '10-244-1-256.default.pod.cluster.local', ['NXDOMAIN']],
    ['A', 'web.default.pod.cluster.local', ['NXDOMAIN']],
    ['A', 'default.pod.cluster.local', ['NOERROR']],
    ['A', 'example.com.default.svc.cluster.local', ['NXDOMAIN']],
    ['A', 'example.com.cluster.local', ['NXDOMAIN']],
  ])('%s %s', (type, name, expected) => { expect(ask(type, name)).toEqual(expected); });
});

test.each([
  ['A', 'example.com'], ['A', 'web'], ['A', 'notcluster.local'], ['A', '.'], ['PTR', '8.8.8.8.in-addr.arpa'], ['PTR', '96.10.in-addr.arpa'],
])('outside the cluster: %s %s is passed on', (type, name) => { expect(ask(type, name)).toEqual(['forward']); });
