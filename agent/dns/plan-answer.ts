import { isInRange } from '../proxy/cidr.ts';
import { emptyReply, ttlSeconds } from './record.ts';
import type { DnsRecord, Reply } from './record.ts';
import { namesOfAddress, plainName, recordsAt, soaRecord } from './records-at.ts';
import type { ServiceIndex } from './service-index.ts';

/** A question for one name. */
export interface Question {
  /** As it was asked. */
  readonly name: string;
  /** Such as `A` or `UNKNOWN_65`; `ANY` means all. */
  readonly type: string;
}

/** What is ours to answer. */
export interface ZoneFacts {
  /** In lower case, without the last dot: `cluster.local`. */
  readonly zone: string;
  /** Ranges whose addresses' names are decided here: those of Services and Pods. */
  readonly ranges: readonly string[];
}

/** What to do about a question: say it, finish the chain of names outside, or pass it on. */
export type AnswerPlan =
  | { readonly kind: 'answer'; readonly reply: Reply }
  | { readonly kind: 'alias'; readonly answers: readonly DnsRecord[]; readonly target: string }
  | { readonly kind: 'forward' };

const mostAliases = 8;

/** What a question deserves. It never says NXDOMAIN for a name outside the zone and the ranges. */
export function planAnswer(question: Question, index: ServiceIndex, facts: ZoneFacts): AnswerPlan {
  const name = plainName(question.name), type = question.type;
  if (isInZone(name, facts.zone)) return type === 'AXFR' || type === 'IXFR' ? { kind: 'answer', reply: emptyReply('REFUSED') } : planOwn(name, type, index, facts);
  const address = reverseAddress(name);
  if (address === undefined || !facts.ranges.some((range) => isInRange(address, range))) return { kind: 'forward' };
  const names = namesOfAddress(address, facts.zone, index);
  const records = names?.map((target): DnsRecord => ({ type: 'PTR', target, name, ttlSeconds }));
  return { kind: 'answer', reply: decide(records, [], type, soaRecord(facts.zone, 'in-addr.arpa')) };
}

function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Follows names of the zone that only mean other names. */
function planOwn(asked: string, type: string, index: ServiceIndex, { zone }: ZoneFacts): AnswerPlan {
  const aliases: DnsRecord[] = [];
  for (let name = asked; ;) {
    const records = recordsAt(name, zone, index);
    const alias = records?.find((record) => record.type === 'CNAME');
    if (alias?.type !== 'CNAME' || type === 'CNAME' || type === 'ANY') {
      const reply = decide(records, aliases, type, soaRecord(zone));
      return { kind: 'answer', reply: { ...reply, additionals: addressesOfTargets(reply.answers, zone, index) } };
    }
    aliases.push(alias);
    name = alias.target;
    if (!isInZone(name, zone)) return { kind: 'alias', answers: aliases, target: name };
    if (aliases.length >= mostAliases) return { kind: 'answer', reply: { ...emptyReply('SERVFAIL', true), answers: aliases } };
  }
}

function decide(records: readonly DnsRecord[] | undefined, before: readonly DnsRecord[], type: string, soa: DnsRecord): Reply {
  const own = (records ?? []).filter((record) => type === 'ANY' || record.type === type);
  return {
    code: records ? 'NOERROR' : 'NXDOMAIN', isAuthoritative: true,
    answers: [...before, ...own], authorities: own.length > 0 ? [] : [soa], additionals: [],
  };
}

function addressesOfTargets(answers: readonly DnsRecord[], zone: string, index: ServiceIndex): readonly DnsRecord[] {
  const targets = new Set(answers.flatMap((record) => (record.type === 'SRV' ? [record.target] : [])));
  return [...targets].flatMap((target) => recordsAt(target, zone, index) ?? []).filter(({ type }) => type === 'A' || type === 'AAAA');
}

/** The address of `4.3.2.1.in-addr.arpa`. */
function reverseAddress(name: string): string | undefined {
  return /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})\.in-addr\.arpa$/.exec(name)?.[1]?.split('.').toReversed().join('.');
}
