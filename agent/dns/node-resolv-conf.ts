import { readFile } from 'node:fs/promises';
import { parseResolvConf } from '../kubelet/resolv-conf.ts';

/** Where the node's own resolvers are named. */
export const nodeResolvConf = '/etc/resolv.conf';
/** Where systemd-resolved, which puts itself at 127.0.0.53, names those that it asks. */
const behindResolved = '/run/systemd/resolve/resolv.conf';

/** The node's resolver settings as its Pods can use them: a resolver on the node's loopback is not there for a Pod. Empty where there are none. */
export async function readNodeResolvConf(file = nodeResolvConf, behind = behindResolved): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const { nameservers } = parseResolvConf(text);
  const isLocal = nameservers.length > 0 && nameservers.every((address) => address.startsWith('127.') || address === '::1');
  return isLocal ? readFile(behind, 'utf8').catch(() => text) : text;
}
