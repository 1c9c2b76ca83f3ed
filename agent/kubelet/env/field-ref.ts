import type { Pod } from '../../../src/model/object.ts';

/** Addresses that are known only once the Pod has its sandbox. */
export interface PodAddresses {
  readonly podIP?: string | undefined;
  readonly hostIP?: string | undefined;
}

const quoted = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function formatMap(map: Readonly<Record<string, string>>): string {
  return Object.keys(map).sort().map((key) => `${key}="${quoted(map[key] ?? '')}"`).join('\n');
}

/** The text of a field of a Pod; undefined for a path that names none. An unset field is empty. */
export function fieldText(pod: Pod, path: string, addresses: PodAddresses): string | undefined {
  const entry = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (entry) return pod.metadata[entry[1] as 'labels' | 'annotations'][entry[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name': return pod.metadata.name;
    case 'metadata.namespace': return pod.metadata.namespace ?? '';
    case 'metadata.uid': return pod.metadata.uid;
    case 'metadata.labels': return formatMap(pod.metadata.labels);
    case 'metadata.annotations': return formatMap(pod.metadata.annotations);
    case 'spec.nodeName': return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName': return pod.spec.serviceAccountName;
    case 'status.hostIP':
    case 'status.hostIPs': return addresses.hostIP ?? '';
    case 'status.podIP':
    case 'status.podIPs': return addresses.podIP ?? '';
    default: return undefined;
  }
}
