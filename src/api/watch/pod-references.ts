/** A ConfigMap or Secret in a Pod's namespace. */
export interface PodReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly namespace: string;
  readonly name: string;
}

/** What Pod and PodInput have in common, as far as it refers to others. */
interface Referring {
  readonly metadata: { readonly namespace?: string | undefined };
  readonly spec: {
    readonly containers: readonly ReferringContainer[];
    readonly initContainers?: readonly ReferringContainer[] | undefined;
    readonly volumes?: readonly { readonly configMap?: { readonly name: string } | undefined; readonly secret?: { readonly secretName: string } | undefined }[] | undefined;
    readonly imagePullSecrets?: readonly { readonly name: string }[] | undefined;
  };
}

interface ReferringContainer {
  readonly env?: readonly { readonly valueFrom?: { readonly configMapKeyRef?: { readonly name: string } | undefined; readonly secretKeyRef?: { readonly name: string } | undefined } | undefined }[] | undefined;
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } | undefined; readonly secretRef?: { readonly name: string } | undefined }[] | undefined;
}

/** Every ConfigMap and Secret that a Pod names: in environments, volumes and for pulling images. Each once. */
export function podReferences(pod: Referring): readonly PodReference[] {
  const found = new Map<string, PodReference>();
  const namespace = pod.metadata.namespace ?? 'default';
  const add = (kind: PodReference['kind'], name: string | undefined) => {
    if (name) found.set(`${kind}/${name}`, { kind, namespace, name });
  };
  const { spec } = pod;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const variable of container.env ?? []) {
      add('ConfigMap', variable.valueFrom?.configMapKeyRef?.name);
      add('Secret', variable.valueFrom?.secretKeyRef?.name);
    }
    for (const source of container.envFrom ?? []) {
      add('ConfigMap', source.configMapRef?.name);
      add('Secret', source.secretRef?.name);
    }
  }
  for (const volume of spec.volumes ?? []) {
    add('ConfigMap', volume.configMap?.name);
    add('Secret', volume.secret?.secretName);
  }
  for (const secret of spec.imagePullSecrets ?? []) add('Secret', secret.name);
  return [...found.values()];
}
