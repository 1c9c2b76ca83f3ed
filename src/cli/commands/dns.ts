import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { CommandFailure, UsageError, namespaceOption, text } from '../command.ts';
import type { Command, CommandContext } from '../command.ts';
import { plainDns } from '../plain-dns.ts';
import { renderTable } from '../render-table.ts';

const types = ['A', 'AAAA', 'CNAME', 'NS', 'PTR', 'SOA', 'SRV', 'TXT', 'MX'] as const;
const absent = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks the cluster's names, as a Pod does. */
export const dns: Command = {
  usage: 'NAME [-t A|AAAA|CNAME|SRV|PTR|TXT|…] [-n NAMESPACE] [--at ADDRESS[:PORT]] [--cluster-domain ZONE]',
  summary: "Asks the cluster's DNS for a name, completed as in a Pod of the namespace; run it on a node, or where its addresses are routed to one.",
  options: { ...namespaceOption, 'type': { type: 'string', short: 't' }, 'at': { type: 'string' }, 'cluster-domain': { type: 'string' } },
  async run(context, { positionals: [asked, more], values }) {
    if (asked === undefined || more !== undefined) throw new UsageError(`usage: gantry dns ${this.usage}`);
    const type = types.find((one) => one === (text(values, 'type') ?? (isIP(asked) ? 'PTR' : 'A')).toUpperCase());
    if (!type) throw new UsageError(`-t is one of ${types.join(', ')}, not ${text(values, 'type') ?? ''}`);
    const names = candidates(asked, text(values, 'namespace') ?? 'default', text(values, 'cluster-domain') ?? 'cluster.local');
    const at = text(values, 'at') ?? await clusterDns(context);
    const resolver = new Resolver({ timeout: 2000, tries: 2 });
    try {
      resolver.setServers([at]);
    } catch {
      throw new UsageError(`--at is an address, with a port if it is not 53, such as 10.96.0.10; not ${at}`);
    }
    let isKnown: string | undefined;
    for (const name of names) {
      const answers: unknown = await resolver.resolve(name, type).catch((error: NodeJS.ErrnoException) => error);
      if (!(answers instanceof Error)) return context.print(renderTable(['NAME', 'TYPE', 'ANSWER'], plainDns(answers).map((answer) => [name, type, answer])));
      const { code = '' } = answers as NodeJS.ErrnoException;
      if (!absent.has(code)) throw new CommandFailure(explain(code, name, at));
      if (code === 'ENODATA') isKnown ??= name;
    }
    throw new CommandFailure(isKnown ? `${isKnown} has no record of type ${type}` : `there is no name ${names.join(', nor ')}`);
  },
};

/** The names that a resolver in a Pod tries, in order: with few dots first those of the namespace, of all, of the zone. A name with a dot at its end is whole. */
export function candidates(asked: string, namespace: string, zone: string): readonly string[] {
  if (isIP(asked) === 4) return [`${asked.split('.').reverse().join('.')}.in-addr.arpa`];
  if (asked.endsWith('.')) return [asked.slice(0, -1)];
  const searched = [`${namespace}.svc.${zone}`, `svc.${zone}`, zone].map((suffix) => `${asked}.${suffix}`);
  return asked.split('.').length > 5 ? [asked, ...searched] : [...searched, asked];
}

async function clusterDns({ client }: CommandContext): Promise<string> {
  const service = await (await client()).get('Service', { namespace: 'kube-system', name: 'kube-dns' });
  if (service?.spec.clusterIP) return service.spec.clusterIP;
  throw new CommandFailure('the cluster has no Service kube-dns in namespace kube-system that holds the address of its DNS; name the address with --at');
}

function explain(code: string, name: string, at: string): string {
  if (code === 'ESERVFAIL') return `the cluster's DNS at ${at} could not find out about ${name}: the resolvers of the node that was asked do not answer, or its agent has not heard of the cluster yet`;
  return `the cluster's DNS at ${at} does not answer here (${code}); ask on a node, or route the Services' addresses to one: ip route add 10.96.0.0/16 via NODE`;
}
