/** What a record says, without its owner's name. Names are in lower case, without the last dot. */
export type RecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME' | 'NS' | 'PTR'; readonly target: string }
  | { readonly type: 'SRV'; readonly port: number; readonly weight: number; readonly target: string }
  | { readonly type: 'TXT'; readonly text: string }
  | { readonly type: 'SOA'; readonly server: string; readonly mailbox: string };

/** A record and whose it is. */
export type DnsRecord = RecordData & {
  /** The owner, in lower case, without the last dot. */
  readonly name: string;
  readonly ttlSeconds: number;
};

/** How long clients may keep a record of the cluster, and the news that there is none: short, because endpoints come and go. */
export const ttlSeconds = 5;

/** How a question ended. */
export type ReplyCode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED' | 'BADVERS';

/** What is sent back for a question. */
export interface Reply {
  readonly code: ReplyCode;
  /** Whether it comes from the one who decides about the name. */
  readonly isAuthoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  /** Records that save the client a question; left out where there is no room. */
  readonly additionals: readonly DnsRecord[];
}

/** A reply without records. */
export function emptyReply(code: ReplyCode, isAuthoritative = false): Reply {
  return { code, isAuthoritative, answers: [], authorities: [], additionals: [] };
}
