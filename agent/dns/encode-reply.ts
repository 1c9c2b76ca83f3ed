import { createNameWriter } from './name-writer.ts';
import type { NameWriter } from './name-writer.ts';
import type { Query } from './parse-query.ts';
import type { DnsRecord, Reply, ReplyCode } from './record.ts';

const codes: Readonly<Record<ReplyCode, number>> = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 };
const types = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33 } as const;
const flag = { isReply: 0x8000, isAuthoritative: 0x400, isTruncated: 0x200, isRecursionDesired: 0x100, isRecursionAvailable: 0x80, isCheckingDisabled: 0x10 };
const ednsBytes = 11;
/** The size that we take ourselves, as said in EDNS. */
const ourUdpBytes = 1232;

/** A reply as a message of at most `mostBytes`. Where answers do not fit it says so (TC) and holds those that do; additional records are just left out. */
export function encodeReply(query: Query, reply: Reply, mostBytes: number): Buffer {
  const room = mostBytes - (query.hasEdns ? ednsBytes : 0);
  const message = Buffer.alloc(Math.max(mostBytes, 12 + query.questionBytes.length + ednsBytes));
  query.questionBytes.copy(message, 12);
  const names = createNameWriter(message, 12);
  let end = 12 + query.questionBytes.length;
  const write = (records: readonly DnsRecord[]): number => {
    let count = 0;
    for (const record of records) {
      const next = writeRecord(message, end, room, record, names);
      if (next === undefined) break;
      end = next;
      count += 1;
    }
    return count;
  };
  const answers = write(reply.answers);
  const authorities = answers === reply.answers.length ? write(reply.authorities) : 0;
  const isTruncated = answers < reply.answers.length || authorities < reply.authorities.length;
  const additionals = isTruncated ? 0 : write(reply.additionals);
  if (query.hasEdns) end = writeEdns(message, end, codes[reply.code]);
  writeHeader(message, query, reply, isTruncated, [1, answers, authorities, additionals + (query.hasEdns ? 1 : 0)]);
  return message.subarray(0, end);
}

/** A reply to a message that could not be read: its id and why. */
export function encodeRefusal(id: number, code: ReplyCode): Buffer {
  const message = Buffer.alloc(12);
  message.writeUInt16BE(id, 0);
  message.writeUInt16BE(flag.isReply | (codes[code] & 0xf), 2);
  return message;
}

function writeHeader(message: Buffer, query: Query, reply: Reply, isTruncated: boolean, counts: readonly number[]): void {
  const flags = flag.isReply | flag.isRecursionAvailable | (reply.isAuthoritative ? flag.isAuthoritative : 0) | (isTruncated ? flag.isTruncated : 0)
    | (query.isRecursionDesired ? flag.isRecursionDesired : 0) | (query.isCheckingDisabled ? flag.isCheckingDisabled : 0);
  message.writeUInt16BE(query.id, 0);
  message.writeUInt16BE(flags | (codes[reply.code] & 0xf), 2);
  counts.forEach((count, index) => message.writeUInt16BE(count, 4 + index * 2));
}

function writeEdns(message: Buffer, at: number, code: number): number {
  message.fill(0, at, at + ednsBytes);
  message.writeUInt16BE(41, at + 1);
  message.writeUInt16BE(ourUdpBytes, at + 3);
  message.writeUInt8(code >> 4, at + 5);
  return at + ednsBytes;
}

/** Writes one record; where it ends, or undefined where there is no room for it. */
function writeRecord(message: Buffer, at: number, room: number, record: DnsRecord, names: NameWriter): number | undefined {
  const start = names.write(at, record.name, room);
  if (start === undefined || start + 10 > room) return undefined;
  const end = writeData(message, start + 10, room, record, names);
  if (end === undefined) return undefined;
  message.writeUInt16BE(types[record.type], start);
  message.writeUInt16BE(1, start + 2);
  message.writeUInt32BE(record.ttlSeconds, start + 4);
  message.writeUInt16BE(end - start - 10, start + 8);
  return end;
}

function writeData(message: Buffer, at: number, room: number, record: DnsRecord, names: NameWriter): number | undefined {
  switch (record.type) {
    case 'A': return writeBytes(message, at, room, Buffer.from(record.address.split('.').map(Number)));
    case 'AAAA': return writeBytes(message, at, room, bytesOfIPv6(record.address));
    case 'CNAME': case 'NS': case 'PTR': return names.write(at, record.target, room);
    case 'TXT': return writeBytes(message, at, room, Buffer.concat([Buffer.from([Buffer.byteLength(record.text)]), Buffer.from(record.text)]));
    case 'SRV': return writeService(message, at, room, record, names);
    case 'SOA': return writeAuthority(message, at, room, record, names);
  }
}

function writeService(message: Buffer, at: number, room: number, { weight, port, target }: DnsRecord & { type: 'SRV' }, names: NameWriter): number | undefined {
  if (at + 6 > room) return undefined;
  [0, weight, port].forEach((number, index) => message.writeUInt16BE(number, at + index * 2));
  return names.write(at + 6, target, room, false); // RFC 2782: never a pointer
}

/** Serial, refresh, retry and expiry mean something to secondary servers only, of which there are none; the last one is how long an absence may be kept. */
function writeAuthority(message: Buffer, at: number, room: number, { server, mailbox, ttlSeconds }: DnsRecord & { type: 'SOA' }, names: NameWriter): number | undefined {
  const second = names.write(at, server, room);
  const numbers = second === undefined ? undefined : names.write(second, mailbox, room);
  if (numbers === undefined || numbers + 20 > room) return undefined;
  [1, 7200, 1800, 86_400, ttlSeconds].forEach((number, index) => message.writeUInt32BE(number, numbers + index * 4));
  return numbers + 20;
}

function writeBytes(message: Buffer, at: number, room: number, bytes: Buffer): number | undefined {
  if (at + bytes.length > room) return undefined;
  bytes.copy(message, at);
  return at + bytes.length;
}

function bytesOfIPv6(address: string): Buffer {
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const words = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const missing = tail === undefined ? 0 : 8 - words(head).length - words(tail).length;
  const all = [...words(head), ...Array<string>(missing).fill('0'), ...words(tail)];
  return Buffer.from(all.map((word) => word.padStart(4, '0')).join(''), 'hex');
}
