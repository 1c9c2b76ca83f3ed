import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { parseResolvConf } from '../kubelet/resolv-conf.ts';

/** Another resolver. */
export interface Upstream {
  readonly address: string;
  readonly port: number;
}

/** As many as a resolv.conf may name. */
const most = 3;

/** The resolvers of a resolv.conf, without those at `ownAddresses`: a question must never come back to where it is asked. */
export function chooseUpstreams(resolvConf: string, ownAddresses: readonly string[]): readonly Upstream[] {
  const { nameservers } = parseResolvConf(resolvConf);
  return nameservers.filter((address) => isIP(address.replace(/%.*/, '')) !== 0 && !ownAddresses.includes(address)).slice(0, most).map((address) => ({ address, port: 53 }));
}

/** The upstreams of a file, read again when it has changed; none while it cannot be read. */
export function watchUpstreams(file: string, ownAddresses: readonly string[]): () => Promise<readonly Upstream[]> {
  let readAt = Number.NaN;
  let upstreams: readonly Upstream[] = [];
  return async () => {
    const changedAt = await stat(file).then(({ mtimeMs }) => mtimeMs, () => Number.NaN);
    if (changedAt !== readAt) {
      upstreams = chooseUpstreams(await readFile(file, 'utf8').catch(() => ''), ownAddresses);
      readAt = changedAt;
    }
    return upstreams;
  };
}
