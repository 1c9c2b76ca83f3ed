import { decode, encode } from 'dns-packet';
import type { Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeReply } from '../../../../agent/dns/encode-reply.ts';
import { createFrameReader, toFrame } from '../../../../agent/dns/frames.ts';
import { isReplyTo } from '../../../../agent/dns/is-reply-to.ts';
import { parseQuery } from '../../../../agent/dns/parse-query.ts';
import type { Query } from '../../../../agent/dns/parse-query.ts';
import { emptyReply } from '../../../../agent/dns/record.ts';
import type { DnsRecord, Reply } from '../../../../agent/dns/record.ts';

const question = (name: string, more: Partial<Packet> = {}): Buffer => encode({ type: 'query', id: 7, flags: 0x100, questions: [{ type: 'A', name }], ...more });
const edns = (udpPayloadSize: number, ednsVersion = 0): Partial<Packet> => ({ additionals: [{ type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion, flags: 0, flag_do: false, options: [] }] });

function queryOf(message: Buffer): Query {
  const parsed = parseQuery(message);
  if (parsed.kind !== 'query') throw new Error(parsed.kind);
  return parsed.query;
}

describe('reading', () => {
  test('a question keeps its case, and tells what the client takes', () => {
    expect(queryOf(question('Web.Default'))).toMatchObject({ id: 7, question: { name: 'Web.Default', type: 'A' }, isRecursionDesired: true, hasEdns: false, udpBytes: 512 });
    expect(queryOf(question('a', edns(4096))).udpBytes).toBe(1232);
    expect(queryOf(question('a', edns(100))).udpBytes).toBe(512);
    const any = question('a');
    any.writeUInt16BE(255, any.length - 4);
    expect(queryOf(any).question.type).toBe('ANY');
  });

  test('replies are ignored, and what cannot be answered is refused', () => {
    expect(parseQuery(encode({ type: 'response', questions: [{ type: 'A', name: 'a' }] }))).toEqual({ kind: 'ignore' });
    expect(parseQuery(Buffer.alloc(11))).toEqual({ kind: 'ignore' });
    expect(parseQuery(encode({ type: 'query', id: 9, flags: 0x2000, questions: [{ type: 'A', name: 'a' }] }))).toMatchObject({ kind: 'refuse', code: 'NOTIMP', id: 9 });
    expect(parseQuery(encode({ type: 'query', id: 9, questions: [] }))).toMatchObject({ kind: 'refuse', code: 'FORMERR' });
    expect(parseQuery(encode({ type: 'query', id: 9, questions: [{ type: 'A', name: 'a', class: 'CH' }] }))).toMatchObject({ kind: 'refuse', code: 'REFUSED' });
    expect(parseQuery(question('a', edns(1232, 1)))).toMatchObject({ kind: 'refuse', code: 'BADVERS' });
  });

  test('any bytes are read without a throw', () => {
    const broken = fc.tuple(fc.uint8Array({ maxLength: 80 }), fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 5 })).map(([tail, flips]) => {
      const message = Buffer.concat([question('web.default.svc.cluster.local', edns(1232)), tail]);
      for (const [at, byte] of flips) message[at] = byte;
      return message;
    });
    fc.assert(fc.property(fc.oneof(broken, fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes))), (message) => {
      const parsed = parseQuery(message);
      const query = parsed.kind === 'ignore' ? undefined : parsed.query;
      if (query) expect(encodeReply(query, emptyReply('SERVFAIL'), query.udpBytes).length).toBeLessThanOrEqual(query.udpBytes);
    }), { numRuns: 1000 });
  });
});

const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const name = fc.oneof(fc.constantFrom('db.default.svc.cluster.local', 'h0.db.default.svc.cluster.local'), fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.')));
const owner = { name, ttlSeconds: fc.nat(3600) };
const record: fc.Arbitrary<DnsRecord> = fc.oneof(
  fc.record({ ...owner, type: fc.constant('A' as const), address: fc.ipV4() }),
  fc.record({ ...owner, type: fc.constant('AAAA' as const), address: fc.constantFrom('fd00::1', '2001:db8:1:2:3:4:5:6', '::1') }),
  fc.record({ ...owner, type: fc.constantFrom('CNAME' as const, 'NS' as const, 'PTR' as const), target: name }),
  fc.record({ ...owner, type: fc.constant('SRV' as const), port: fc.nat(65535), weight: fc.nat(65535), target: name }),
  fc.record({ ...owner, type: fc.constant('TXT' as const), text: label }),
  fc.record({ ...owner, type: fc.constant('SOA' as const), server: name, mailbox: name }),
);

function read(message: Buffer): { readonly packet: Packet & { rcode?: string; flag_tc?: boolean; flag_aa?: boolean }; readonly answers: readonly unknown[] } {
  const packet = decode(message);
  return { packet, answers: (packet.answers ?? []).map(plain) };
}

/** Another reader's view of a record, in our words. Names that point to the question's have its case. */
function plain(answer: NonNullable<Packet['answers']>[number]): unknown {
  const base = 'ttl' in answer ? { name: answer.name.toLowerCase(), type: answer.type, ttlSeconds: answer.ttl } : {};
  switch (answer.type) {
    case 'A': case 'AAAA': return { ...base, address: answer.data };
    case 'CNAME': case 'NS': case 'PTR': return { ...base, target: answer.data.toLowerCase() };
    case 'SRV': return { ...base, port: answer.data.port, weight: answer.data.weight, target: answer.data.target };
    case 'TXT': return { ...base, text: String(answer.data) };
    case 'SOA': return { ...base, server: answer.data.mname.toLowerCase(), mailbox: answer.data.rname.toLowerCase() };
    default: return base;
  }
}

describe('writing', () => {
  test('another reader finds exactly the records that were written; cut ones are a beginning, and say so', () => {
    fc.assert(fc.property(fc.array(record, { maxLength: 40 }), fc.constantFrom(512, 1232, 65_535), fc.boolean(), (answers, mostBytes, hasEdns) => {
      const query = queryOf(question('DB.default.svc.cluster.local', hasEdns ? edns(4096) : {}));
      const message = encodeReply(query, { ...emptyReply('NOERROR', true), answers }, mostBytes);
      expect(message.length).toBeLessThanOrEqual(mostBytes);
      const { packet, answers: found } = read(message);
      expect(found).toEqual(answers.slice(0, found.length));
      expect(packet).toMatchObject({ id: 7, rcode: 'NOERROR', flag_aa: true, flag_tc: found.length < answers.length, questions: [{ name: 'DB.default.svc.cluster.local' }] });
      expect(packet.additionals?.some(({ type }) => type === 'OPT') ?? false).toBe(hasEdns);
    }));
  });

  test('names are compressed: 25 addresses fit the smallest answer', () => {
    const answers = Array.from({ length: 40 }, (_, i): DnsRecord => ({ type: 'A', address: `10.244.1.${i}`, name: 'web.default.svc.cluster.local', ttlSeconds: 5 }));
    const { answers: found, packet } = read(encodeReply(queryOf(question('web.default.svc.cluster.local')), { ...emptyReply('NOERROR', true), answers }, 512));
    expect(found.length).toBeGreaterThanOrEqual(25);
    expect(packet.flag_tc).toBe(true);
  });

  test('additional records give way without a word', () => {
    const extra = Array.from({ length: 60 }, (_, i): DnsRecord => ({ type: 'A', address: `10.244.1.${i}`, name: `h${i}.db`, ttlSeconds: 5 }));
    const reply: Reply = { ...emptyReply('NXDOMAIN', true), additionals: extra };
    expect(decode(encodeReply(queryOf(question('db')), reply, 512))).toMatchObject({ flag_tc: false, rcode: 'NXDOMAIN' });
  });
});

test('messages over TCP are found whole, in whatever pieces they come', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (messages, sizes) => {
    const stream = Buffer.concat(messages.map((message) => toFrame(Buffer.from(message))));
    const found: Buffer[] = [];
    const read = createFrameReader((message) => found.push(message));
    for (let at = 0, i = 0; at < stream.length; at += sizes[i % sizes.length] ?? 1, i += 1) read(stream.subarray(at, at + (sizes[i % sizes.length] ?? 1)));
    expect(found).toEqual(messages.map((message) => Buffer.from(message)));
  }));
});

test('a reply belongs to a query by id and question', () => {
  const query = question('Example.com');
  const reply = (name: string, id = 7): Buffer => encode({ type: 'response', id, questions: [{ type: 'A', name }] });
  expect(isReplyTo(reply('example.com'), query)).toBe(true);
  expect(isReplyTo(reply('example.com', 8), query)).toBe(false);
  expect(isReplyTo(reply('example.org'), query)).toBe(false);
  expect(isReplyTo(query, query)).toBe(false);
});
