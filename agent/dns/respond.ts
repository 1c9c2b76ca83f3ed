import { decode, encode, RECURSION_DESIRED } from 'dns-packet';
import type { RecordType } from 'dns-packet';
import { encodeRefusal, encodeReply } from './encode-reply.ts';
import type { Forwarder, Transport } from './forwarder.ts';
import { codeOf } from './is-reply-to.ts';
import { parseQuery } from './parse-query.ts';
import type { Query } from './parse-query.ts';
import { planAnswer } from './plan-answer.ts';
import type { AnswerPlan, ZoneFacts } from './plan-answer.ts';
import { emptyReply } from './record.ts';
import type { DnsRecord, Reply } from './record.ts';
import { plainName } from './records-at.ts';
import { rotateAddresses } from './rotate-addresses.ts';
import type { ServiceIndex } from './service-index.ts';

/** Answers one message; undefined where silence is right. Never rejects. */
export type Respond = (message: Buffer, transport: Transport) => Promise<Buffer | undefined>;

export interface RespondOptions {
  /** Undefined until everything is known; names of the cluster are SERVFAIL until then. */
  readonly index: () => ServiceIndex | undefined;
  readonly facts: ZoneFacts;
  readonly forwarder: Forwarder;
}

const mostTcpBytes = 0xffff;
/** What we can take from an upstream over UDP. */
const udpBytes = 1232;

/** What stands behind both transports. */
export function createRespond({ index, facts, forwarder }: RespondOptions): Respond {
  let turn = 0;

  const reply = async (query: Query, plan: AnswerPlan & { kind: 'answer' | 'alias' }): Promise<Reply> => {
    if (plan.kind === 'answer') return plan.reply;
    const outside = await askOutside(plan.target, query.question.type, forwarder);
    return outside ? { ...outside, answers: [...plan.answers, ...outside.answers] } : { ...emptyReply('SERVFAIL'), answers: plan.answers };
  };

  return async (message, transport) => {
    const parsed = parseQuery(message);
    if (parsed.kind === 'ignore') return undefined;
    const mostBytes = (query: Query): number => (transport === 'tcp' ? mostTcpBytes : query.udpBytes);
    if (parsed.kind === 'refuse') return parsed.query ? encodeReply(parsed.query, emptyReply(parsed.code), mostBytes(parsed.query)) : encodeRefusal(parsed.id, parsed.code);
    const { query } = parsed;
    const known = index();
    const plan = planAnswer(query.question, known ?? nothingKnown, facts);
    if (plan.kind === 'forward') {
      const forwarded = await forwarder.ask(query.message, transport);
      return forwarded ?? encodeReply(query, emptyReply('SERVFAIL'), mostBytes(query));
    }
    if (!known) return encodeReply(query, emptyReply('SERVFAIL'), mostBytes(query));
    const answer = await reply(query, plan);
    turn = (turn + 1) % 0x10000;
    return encodeReply(query, { ...answer, answers: rotateAddresses(answer.answers, turn) }, mostBytes(query));
  };
}

const nothingKnown: ServiceIndex = { service: () => undefined, hasNamespace: () => false, atAddress: () => [] };

/** What a name outside has, as far as it belongs into the answer to the question for an alias. Undefined when nobody tells. */
async function askOutside(name: string, type: string, forwarder: Forwarder): Promise<Reply | undefined> {
  if (type !== 'A' && type !== 'AAAA') return emptyReply('NOERROR');
  const question = encode({
    type: 'query', id: 0, flags: RECURSION_DESIRED, questions: [{ type: type satisfies RecordType, name }],
    additionals: [{ type: 'OPT', name: '.', udpPayloadSize: udpBytes, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] }],
  });
  const message = await forwarder.ask(question, 'udp', false);
  if (!message) return undefined;
  const code = codeOf(message);
  if (code !== 0 && code !== 3) return undefined;
  try {
    const answers = (decode(message).answers ?? []).flatMap((record): readonly DnsRecord[] => {
      if (record.type !== 'A' && record.type !== 'AAAA' && record.type !== 'CNAME') return [];
      const owner = { name: plainName(record.name), ttlSeconds: record.ttl ?? 0 };
      return [record.type === 'CNAME' ? { ...owner, type: 'CNAME', target: plainName(record.data) } : { ...owner, type: record.type, address: record.data }];
    });
    return { ...emptyReply(code === 0 ? 'NOERROR' : 'NXDOMAIN'), answers };
  } catch {
    return undefined;
  }
}
