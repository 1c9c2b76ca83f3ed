import type { Pod } from '../../src/model/object.ts';
import { fullNameOf, hostnameOf } from './container-spec.ts';

/** A Pod's /etc/hosts: the usual local names, the Pod's own name at its own address, and its aliases. */
export function planHostsFile(pod: Pod, podIP: string | undefined, clusterDomain: string): string {
  const hostname = hostnameOf(pod);
  const full = pod.spec.subdomain ? `${fullNameOf(pod, clusterDomain)}\t` : '';
  const lines = [
    '# Written by Gantry for this Pod.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    ...(podIP ? [`${podIP}\t${full}${hostname}`] : []),
    ...pod.spec.hostAliases.map(({ ip, hostnames }) => `${ip}\t${hostnames.join('\t')}`),
  ];
  return `${lines.join('\n')}\n`;
}
