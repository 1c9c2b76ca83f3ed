import type { KindCalls } from '../../src/client/client.ts';
import { ApiError } from '../../src/model/errors.ts';
import type { Node } from '../../src/model/object.ts';

/** What a node says of itself when it registers. */
export interface Registration {
  readonly nodeName: string;
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  /** A range that the engine has already; undefined: the server chooses. */
  readonly proposedCIDR: string | undefined;
}

/** Labels that every node carries. */
export function nodeLabels({ nodeName, architecture, labels }: Registration): Readonly<Record<string, string>> {
  return { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': architecture, ...labels };
}

/** Makes sure that the Node exists and carries its labels; returns it. What people changed on it (cordon, taints, further labels) stays. */
export async function register(client: Pick<KindCalls, 'get' | 'create' | 'patch'>, registration: Registration): Promise<Node> {
  const name = registration.nodeName;
  const labels = nodeLabels(registration);
  const existing = await client.get('Node', { name });
  if (!existing) {
    const podCIDR = registration.proposedCIDR;
    try {
      return await client.create('Node', { metadata: { name, labels }, spec: podCIDR === undefined ? {} : { podCIDR } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'ALREADY_EXISTS') throw error;
      return register(client, registration);
    }
  }
  const differs = Object.entries(labels).some(([key, value]) => existing.metadata.labels[key] !== value);
  return differs ? client.patch('Node', { name }, { metadata: { labels } }) : existing;
}
