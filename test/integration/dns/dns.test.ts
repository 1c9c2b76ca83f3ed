import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decode, encode } from 'dns-packet';
import type { Answer, Packet } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createForwarder } from '../../../agent/dns/forwarder.ts';
import { createFrameReader, toFrame } from '../../../agent/dns/frames.ts';
import { listen } from '../../../agent/dns/listen.ts';
import type { Listener } from '../../../agent/dns/listen.ts';
import { createRespond } from '../../../agent/dns/respond.ts';
import { watchUpstreams } from '../../../agent/dns/upstreams.ts';
import type { Upstream } from '../../../agent/dns/upstreams.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { host, indexOf, service, servicePort, slice } from '../../unit/agent/dns/fixtures.ts';

const many = Array.from({ length: 200 }, (_, i) => `10.244.2.${i + 1}`);
const index = indexOf([
  service('web', { clusterIP: '10.96.3.4', ports: [servicePort({ port: 80, name: 'http' })] }),
  service('db', { clusterIP: 'None', ports: [servicePort({ port: 80, name: 'http' })] }),
  service('crowd', { clusterIP: 'None' }),
  service('out', { type: 'ExternalName', externalName: 'www.example.com' }),
  service('lost', { type: 'ExternalName', externalName: 'silent.example.com' }),
], [slice('db', [host('10.244.1.2', 'db-0'), host('10.244.1.3', 'db-1')]), slice('crowd', many.map((address) => host(address)))]);

const facts = { zone: 'cluster.local', ranges: ['10.96.0.0/16', '10.244.0.0/16'] };

/** A resolver outside the cluster; it counts what it is asked and says nothing about names that begin with `silent`. */
interface Outside extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly asked: string[];
}

async function startOutside(answer: (name: string) => Partial<Packet> & { readonly answers?: Answer[] }): Promise<Outside> {
  const asked: string[] = [];
  const socket: Socket = createSocket('udp4');
  socket.on('message', (message, client) => {
    const query = decode(message);
    const name = query.questions?.[0]?.name ?? '';
    asked.push(name);
    if (name.startsWith('silent')) return;
    // First a stranger's reply with another id, which must not be believed.
    const forged: Answer[] = [{ type: 'A', name, data: '6.6.6.6', ttl: 9 }];
    socket.send(encode({ type: 'response', id: ((query.id ?? 0) + 1) % 65_536, questions: query.questions ?? [], answers: forged }), client.port, client.address);
    socket.send(encode({ type: 'response', id: query.id ?? 0, questions: query.questions ?? [], ...answer(name) }), client.port, client.address);
  });
  await new Promise<void>((resolve) => { socket.bind(0, '127.0.0.1', () => resolve()); });
  return { asked, upstream: { address: '127.0.0.1', port: socket.address().port }, [Symbol.asyncDispose]: () => new Promise((resolve) => { socket.close(() => resolve()); }) };
}

const closed: Upstream = { address: '127.0.0.1', port: 1 };

describe('over real packets', () => {
  let outside: Outside, dns: Listener, impatient: Listener, unready: Listener, resolver: Resolver;
  beforeAll(async () => {
    outside = await startOutside((name) => {
      if (name === 'www.example.com') return { answers: [{ type: 'CNAME', name, data: 'Host.example.com', ttl: 60 }, { type: 'A', name: 'host.example.com', data: '192.0.2.7', ttl: 60 }] };
      return name === 'example.com' ? { answers: [{ type: 'A', name, data: '192.0.2.1', ttl: 60 }] } : { flags: 3 };
    });
    const forwarder = createForwarder({ upstreams: () => Promise.resolve([closed, outside.upstream]), clock: systemClock });
    dns = await listen(createRespond({ index: () => index, facts, forwarder }), '127.0.0.1', 0);
    const hasty = createForwarder({ upstreams: () => Promise.resolve([outside.upstream]), clock: systemClock, patienceMs: 100 });
    impatient = await listen(createRespond({ index: () => index, facts, forwarder: hasty }), '127.0.0.1', 0);
    unready = await listen(createRespond({ index: () => undefined, facts, forwarder }), '127.0.0.1', 0);
    resolver = resolverAt(dns);
  });
  afterAll(async () => { for (const each of [dns, impatient, unready, outside]) await each?.[Symbol.asyncDispose](); });

  test('Node\'s own resolver finds every kind of record', async () => {
    expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual(['10.96.3.4']);
    expect(await resolver.resolve4('DB.Default.Svc.Cluster.Local')).toHaveLength(2);
    expect(await resolver.resolve4('db-1.db.default.svc.cluster.local', { ttl: true })).toEqual([{ address: '10.244.1.3', ttl: 5 }]);
    expect(await resolver.resolveSrv('_http._tcp.web.default.svc.cluster.local')).toEqual([{ name: 'web.default.svc.cluster.local', port: 80, priority: 0, weight: 100 }]);
    expect((await resolver.resolveSrv('_http._tcp.db.default.svc.cluster.local')).map(({ name, port }) => `${name} ${port}`).sort()).toEqual(['db-0.db.default.svc.cluster.local 8080', 'db-1.db.default.svc.cluster.local 8080']);
    expect(await resolver.resolveTxt('dns-version.cluster.local')).toEqual([['1.1.0']]);
    expect(await resolver.resolvePtr('4.3.96.10.in-addr.arpa')).toEqual(['web.default.svc.cluster.local']);
    expect(await resolver.reverse('10.244.1.2')).toEqual(['db-0.db.default.svc.cluster.local']);
    expect(await resolver.resolveCname('out.default.svc.cluster.local')).toEqual(['www.example.com']);
    expect(await resolver.resolve4('10-1-2-3.default.pod.cluster.local')).toEqual(['10.1.2.3']);
    expect(await resolver.resolveSoa('cluster.local')).toMatchObject({ nsname: 'kube-dns.kube-system.svc.cluster.local', minttl: 5 });
  });

  test('what is not there is told apart: no such name, no such record', async () => {
    await expect(resolver.resolve4('missing.default.svc.cluster.local')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve6('web.default.svc.cluster.local')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  test('addresses of a headless Service take turns', async () => {
    const first = new Set<string | undefined>();
    for (let i = 0; i < 4; i += 1) first.add((await resolver.resolve4('db.default.svc.cluster.local'))[0]);
    expect([...first].sort()).toEqual(['10.244.1.2', '10.244.1.3']);
  });

  test('what does not fit into a datagram is fetched over TCP by itself', async () => {
    expect((await resolver.resolve4('crowd.default.svc.cluster.local')).toSorted()).toEqual(many.toSorted());
    const cut = decode(await askOverUdp(dns, 'crowd.default.svc.cluster.local')) as Packet & { flag_tc: boolean };
    expect(cut.flag_tc).toBe(true);
    expect(cut.answers?.length).toBeGreaterThan(20);
  });

  test('several questions over one TCP connection, in pieces, are all answered', async () => {
    const names = ['web.default.svc.cluster.local', 'db-0.db.default.svc.cluster.local'];
    const replies = await askOverTcp(dns, names);
    expect(replies.map((reply) => reply.answers?.[0]).map((answer) => (answer?.type === 'A' ? answer.data : undefined)).sort()).toEqual(['10.244.1.2', '10.96.3.4']);
  });

  test('other names are asked outside, and a resolver that refuses is passed over', async () => {
    expect(await resolver.resolve4('example.com')).toEqual(['192.0.2.1']);
    await expect(resolver.resolve4('gone.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(outside.asked).toContain('example.com');
    expect(outside.asked.filter((name) => name.endsWith('cluster.local'))).toEqual([]);
  });

  test('an ExternalName comes with the addresses of the other name', async () => {
    expect(await resolver.resolve4('out.default.svc.cluster.local')).toEqual(['192.0.2.7']);
    const { answers } = decode(await askOverUdp(dns, 'out.default.svc.cluster.local'));
    expect(answers?.map(({ type, name }) => `${type} ${name}`)).toEqual(['CNAME out.default.svc.cluster.local', 'CNAME www.example.com', 'A host.example.com']);
  });

  test('silence outside becomes SERVFAIL', async () => {
    expect(decode(await askOverUdp(impatient, 'silent.example.com'))).toMatchObject({ rcode: 'SERVFAIL' });
    expect(decode(await askOverUdp(impatient, 'lost.default.svc.cluster.local'))).toMatchObject({ rcode: 'SERVFAIL', answers: [{ type: 'CNAME' }] });
  });

  test('before everything is known no name is said not to exist', async () => {
    expect(decode(await askOverUdp(unready, 'web.default.svc.cluster.local'))).toMatchObject({ rcode: 'SERVFAIL' });
    expect(await resolverAt(unready).resolve4('example.com')).toEqual(['192.0.2.1']);
  });

  test('broken messages are refused or ignored, and the next question is answered', async () => {
    const junk = createSocket('udp4');
    for (const message of [Buffer.alloc(0), Buffer.alloc(5), Buffer.alloc(600, 0xff), Buffer.alloc(12), Buffer.alloc(600, 0x3f)]) junk.send(message, dns.port, '127.0.0.1');
    const client = connect(dns.port, '127.0.0.1');
    client.on('error', () => undefined).write(Buffer.from([0, 3, 1, 2, 3]));
    await new Promise<void>((resolve) => { client.once('close', () => resolve()); });
    junk.close();
    expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual(['10.96.3.4']);
  });
});

test('a changed resolv.conf counts from the next question on', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gantry-dns-'));
  const file = path.join(folder, 'resolv.conf');
  const upstreams = watchUpstreams(file, ['10.96.0.10']);
  expect(await upstreams()).toEqual([]);
  writeFileSync(file, 'nameserver 10.96.0.10\nnameserver 192.0.2.53\n');
  expect((await upstreams()).map(({ address }) => address)).toEqual(['192.0.2.53']);
  rmSync(folder, { recursive: true });
});

function resolverAt({ port }: Listener): Resolver {
  const resolver = new Resolver({ timeout: 5000, tries: 2 });
  resolver.setServers([`127.0.0.1:${port}`]);
  return resolver;
}

const question = (name: string, id = 1): Buffer => encode({ type: 'query', id, flags: 0x100, questions: [{ type: 'A', name }] });

function askOverUdp({ port }: Listener, name: string): Promise<Buffer> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('message', (message) => { socket.close(); resolve(message); });
    socket.send(question(name), port, '127.0.0.1');
  });
}

function askOverTcp({ port }: Listener, names: readonly string[]): Promise<readonly Packet[]> {
  const replies: Packet[] = [];
  const client = connect(port, '127.0.0.1');
  return new Promise((resolve, reject) => {
    client.on('error', reject).on('data', createFrameReader((message) => {
      if (replies.push(decode(message)) < names.length) return;
      client.destroy();
      resolve(replies);
    }));
    const stream = Buffer.concat(names.map((name, id) => toFrame(question(name, id))));
    client.setNoDelay(true);
    client.write(stream.subarray(0, 5), () => client.write(stream.subarray(5)));
  });
}
