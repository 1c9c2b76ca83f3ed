/** One of the servers that a database URL names. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  /** The URL with this server alone; may hold a password, so never log it. */
  readonly url: string;
}

/** Of two servers that each take writes the one on the later timeline was promoted last. */
export interface DatabaseProbe {
  readonly address: DatabaseAddress;
  /** Undefined where it does not answer; else whether it takes writes, and the timeline it is on. */
  readonly answer: { readonly takesWrites: boolean; readonly timeline: number } | undefined;
  /** Why it does not answer. */
  readonly problem?: string;
  /** It answers, and lets nobody in: waiting does not help. */
  readonly isRefusal?: boolean;
}

/**
 * The servers of `postgres://user:password@one:5432,two:5433/database?…`, in their order; one without a port has 5432. `target_session_attrs` may say
 * `read-write`, `primary` or `any`, which change nothing: the one that takes writes is always wanted. Throws where it is no such URL; the message holds no password.
 */
export function readDatabaseUrl(text: string): readonly [DatabaseAddress, ...DatabaseAddress[]] {
  const [, scheme, login = '', hosts = '', rest = ''] = /^(postgres(?:ql)?:\/\/)((?:[^/?#]*@)?)([^/?#@]*)(.*)$/s.exec(text) ?? [];
  const addresses = hosts.split(',').map((each) => readAddress(each, (host, port) => `${scheme}${login}${host}:${port}${withoutTarget(rest)}`));
  const [first, ...others] = addresses;
  if (scheme === undefined || first === undefined || addresses.some((address) => address === undefined)) {
    throw new Error('a database URL such as postgres://user:password@host:5432/database is wanted, with several hosts as host1:5432,host2:5432');
  }
  return [first, ...others as DatabaseAddress[]];
}

function readAddress(text: string, urlOf: (host: string, port: number) => string): DatabaseAddress | undefined {
  const [, host, port = '5432'] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const url = host === undefined ? '' : urlOf(host, Number(port));
  if (host === undefined || Number(port) > 65_535 || !URL.canParse(url)) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port), url };
}

function withoutTarget(rest: string): string {
  return rest.replace(/([?&])target_session_attrs=[^&#]*(&?)/, (_, before: string, after: string) => (after ? before : ''));
}

/** For people: servers and database, without who logs in. */
export function describeDatabase(text: string): string {
  const addresses = readDatabaseUrl(text);
  return `${addresses.map(({ host, port }) => `${host}:${port}`).join(',')}${new URL(addresses[0].url).pathname}`;
}

/** The server to write to: of those that take writes the one on the latest timeline, for an older one was replaced by a promotion. Undefined where none does. */
export function choosePrimary(probes: readonly DatabaseProbe[]): DatabaseAddress | undefined {
  const ready = probes.filter(({ answer }) => answer?.takesWrites === true);
  return ready.toSorted((a, b) => (b.answer?.timeline ?? 0) - (a.answer?.timeline ?? 0))[0]?.address;
}

/** What is wrong with each server where none takes writes. */
export function explainNoPrimary(probes: readonly DatabaseProbe[]): string {
  return probes.map(({ address, answer, problem }) => `${address.host}:${address.port} ${answer ? 'is a standby' : `does not answer (${problem ?? 'no reason known'})`}`).join('; ');
}
