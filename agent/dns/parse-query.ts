import { decode } from 'dns-packet';
import type { ReplyCode } from './record.ts';
import type { Question } from './plan-answer.ts';

const headerBytes = 12;
/** What every client takes over UDP, and the most that passes every link unbroken. */
const udpBytes = { least: 512, most: 1232 };

/** A message that asks something. */
export interface Query {
  readonly id: number;
  readonly question: Question;
  /** The question as it came, to be sent back unchanged. */
  readonly questionBytes: Buffer;
  readonly isRecursionDesired: boolean;
  readonly isCheckingDisabled: boolean;
  /** Whether the client speaks EDNS, and so expects it in the reply. */
  readonly hasEdns: boolean;
  /** The longest reply that it takes over UDP. */
  readonly udpBytes: number;
  /** The whole message. */
  readonly message: Buffer;
}

/** What came: a question, something to refuse, or nothing to react to. */
export type Parsed =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'refuse'; readonly code: ReplyCode; readonly id: number; readonly query?: Query }
  | { readonly kind: 'ignore' };

/** Reads a message. Replies and fragments are ignored: answering them could go on for ever. Never throws. */
export function parseQuery(message: Buffer): Parsed {
  if (message.length < headerBytes) return { kind: 'ignore' };
  const flags = message.readUInt16BE(2), id = message.readUInt16BE(0);
  if ((flags & 0x8000) !== 0) return { kind: 'ignore' };
  if ((flags & 0x7800) !== 0) return { kind: 'refuse', code: 'NOTIMP', id };
  const end = endOfQuestion(message);
  if (message.readUInt16BE(4) !== 1 || end === undefined) return { kind: 'refuse', code: 'FORMERR', id };
  try {
    return read(message, id, flags, message.subarray(headerBytes, end));
  } catch {
    return { kind: 'refuse', code: 'FORMERR', id };
  }
}

function read(message: Buffer, id: number, flags: number, questionBytes: Buffer): Parsed {
  const { questions, additionals = [] } = decode(message);
  const edns = additionals.find((record) => record.type === 'OPT');
  const query: Query = {
    id, message, questionBytes,
    question: { name: questions?.[0]?.name ?? '.', type: typeText(questionBytes, questions?.[0]?.type ?? '') },
    isRecursionDesired: (flags & 0x100) !== 0, isCheckingDisabled: (flags & 0x10) !== 0,
    hasEdns: edns !== undefined,
    udpBytes: edns?.type === 'OPT' ? Math.min(Math.max(edns.udpPayloadSize, udpBytes.least), udpBytes.most) : udpBytes.least,
  };
  if (edns?.type === 'OPT' && edns.ednsVersion !== 0) return { kind: 'refuse', code: 'BADVERS', id, query };
  const asked = questionBytes.readUInt16BE(questionBytes.length - 2);
  return asked === 1 || asked === 255 ? { kind: 'query', query } : { kind: 'refuse', code: 'REFUSED', id, query };
}

function typeText(questionBytes: Buffer, text: string): string {
  return questionBytes.readUInt16BE(questionBytes.length - 4) === 255 ? 'ANY' : text;
}

/** Where the first question ends; undefined where it is broken. A name in a question is never a pointer: nothing stands before it. */
function endOfQuestion(message: Buffer): number | undefined {
  let at = headerBytes;
  for (let length = message[at]; length !== undefined && length !== 0; length = message[at]) {
    if (length > 63) return undefined;
    at += length + 1;
  }
  return at + 5 <= message.length ? at + 5 : undefined;
}
