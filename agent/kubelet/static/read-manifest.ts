import { createHash } from 'node:crypto';
import { parseAllDocuments } from 'yaml';
import { kinds } from '../../../src/kinds/index.ts';
import { formatTime } from '../../../src/lib/clock.ts';
import type { Pod, PodInput } from '../../../src/model/object.ts';
import { staticAnnotations } from './mirror.ts';

/** A text in the form of a uid, always the same for the same content: an unchanged file is the same Pod after a restart. */
function uidOf(parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join('\0')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

function refersToApi(pod: Pod): boolean {
  const containers = [...pod.spec.containers, ...pod.spec.initContainers];
  return containers.some(({ env, envFrom }) => envFrom.length > 0 || env.some(({ valueFrom }) => valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef))
    || pod.spec.volumes.some(({ configMap, secret }) => configMap ?? secret) || pod.spec.imagePullSecrets.length > 0;
}

/**
 * The static Pods of one file; each gets the node's name at the end of its own. Throws with a message for people when the file is no manifest of Pods,
 * when a Pod is invalid, and when it refers to ConfigMaps or Secrets, which a Pod that runs without the API can't have.
 */
export function readManifest(file: string, text: string, nodeName: string, nowMs: number): readonly Pod[] {
  return parseAllDocuments(text, { uniqueKeys: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(error.message);
    const manifest = document.toJS() as (PodInput & { kind?: string }) | null;
    if (manifest === null) return [];
    if (manifest.kind !== 'Pod' || !manifest.metadata?.name) throw new Error('only Pods with a name can be static');
    const uid = uidOf([nodeName, file, JSON.stringify(manifest)]);
    const { name, namespace = 'default', labels = {}, annotations = {} } = manifest.metadata;
    const pod: Pod = {
      apiVersion: 'v1', kind: 'Pod',
      metadata: {
        uid, name: `${name}-${nodeName}`, namespace, labels, annotations: { ...annotations, [staticAnnotations.source]: 'file', [staticAnnotations.hash]: uid },
        creationTimestamp: formatTime(nowMs), finalizers: [], ownerReferences: [], resourceVersion: '0', generation: 1, managedFields: [],
      },
      ...kinds.Pod.applyDefaults({ ...manifest, spec: { ...manifest.spec, nodeName } }),
      status: { phase: 'Pending', conditions: [], containerStatuses: [], initContainerStatuses: [] },
    };
    const problems = kinds.Pod.validate(pod).map(({ path, message }) => `${path}: ${message}`);
    if (refersToApi(pod)) problems.push('a static Pod may not refer to ConfigMaps or Secrets');
    if (problems.length > 0) throw new Error(problems.join('; '));
    return [pod];
  });
}
