import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { KindCalls } from '../../../src/client/client.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Pod } from '../../../src/model/object.ts';
import type { NodeView } from '../../node/node-view.ts';
import type { Kubelet } from '../kubelet.ts';
import type { PodStatusSink } from '../kubelet-context.ts';
import { mirrorOf, runningUid } from './mirror.ts';
import { planMirrors } from './plan-mirrors.ts';
import { readManifest } from './read-manifest.ts';

/** What runs static Pods. */
export interface StaticPodsOptions {
  readonly folder: string;
  readonly nodeName: string;
  readonly kubelet: Pick<Kubelet, 'addStatic' | 'removeStatic'>;
  readonly view: Pick<NodeView, 'synced' | 'pods' | 'onChange'>;
  readonly client: Pick<KindCalls, 'create' | 'delete' | 'updateStatus'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often the folder is read. 20 s where left out. */
  readonly rescanMs?: number | undefined;
}

/** Runs the Pods of a folder of manifests, with or without the API, and shows each in the API as `<name>-<node>`. A bad file is reported and leaves the others alone. */
export function startStaticPods(options: StaticPodsOptions): Disposable {
  const { folder, nodeName, kubelet, view, client, clock, logger, rescanMs = 20_000 } = options;
  const statics = new Map<string, Pod>();
  const fileOf = new Map<string, string>();
  const complaints = new Map<string, string>();
  let cancel: () => void = () => undefined;
  let isOver = false;
  let mirroring: Promise<void> | undefined;
  let mirrorAgain = false;

  const target = ({ metadata }: Pod) => ({ namespace: metadata.namespace ?? 'default', name: metadata.name, uid: metadata.uid });
  const sink: PodStatusSink = {
    async updatePodStatus(pod, status) {
      const mirror = view.pods().find((one) => runningUid(one) === pod.metadata.uid);
      if (mirror) await client.updateStatus('Pod', target(mirror), status).catch((error: unknown) => logger.debug({ err: error }, 'the status of a mirror Pod was not written'));
      return { ...pod, status, metadata: { ...pod.metadata, resourceVersion: String(BigInt(pod.metadata.resourceVersion) + 1n) } };
    },
    finishPod: () => Promise.resolve(),
  };

  const complain = (file: string, message: string): void => {
    if (complaints.get(file) !== message) logger.error({ file }, `this manifest is left out: ${message}`);
    complaints.set(file, message);
  };
  const read = async (file: string): Promise<readonly Pod[]> => {
    try {
      const pods = readManifest(file, await readFile(path.join(folder, file), 'utf8'), nodeName, clock.now());
      complaints.delete(file);
      return pods;
    } catch (error) {
      complain(file, (error as Error).message);
      // A file that is being written must not end what it described a moment ago.
      return [...statics.values()].filter((pod) => fileOf.get(pod.metadata.uid) === file);
    }
  };

  const rescan = async (): Promise<void> => {
    const files = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.') && /\.(ya?ml|json)$/.test(name)).sort();
    const found = new Map<string, Pod>();
    for (const file of files) {
      for (const pod of await read(file)) {
        found.set(pod.metadata.uid, pod);
        fileOf.set(pod.metadata.uid, file);
      }
    }
    if (isOver) return;
    for (const uid of [...statics.keys()].filter((known) => !found.has(known))) {
      statics.delete(uid);
      fileOf.delete(uid);
      kubelet.removeStatic(uid);
    }
    for (const [uid, pod] of found) {
      if (statics.has(uid)) continue;
      statics.set(uid, pod);
      kubelet.addStatic(pod, sink);
    }
    mirror();
  };
  const mirrorOnce = async (): Promise<void> => {
    if (!view.synced) return;
    const { create, remove } = planMirrors([...statics.values()], view.pods());
    for (const pod of remove) await client.delete('Pod', target(pod), { gracePeriodSeconds: 0 });
    for (const pod of create) await client.create('Pod', mirrorOf(pod));
  };
  const mirror = (): void => {
    mirrorAgain = true;
    mirroring ??= (async () => {
      while (mirrorAgain && !isOver) {
        mirrorAgain = false;
        await mirrorOnce().catch((error: unknown) => logger.debug({ err: error }, 'a mirror Pod could not be made or removed; trying again at the next look'));
      }
      mirroring = undefined;
    })();
  };
  const loop = (): void => {
    void rescan().catch((error: unknown) => logger.warn({ err: error }, 'the folder of static Pods could not be read')).finally(() => {
      if (!isOver) cancel = clock.after(rescanMs, loop);
    });
  };
  const unsubscribe = view.onChange((keys) => keys.some((key) => key.startsWith('Pod/') || key === 'synced') && mirror());
  loop();
  return {
    [Symbol.dispose]() {
      isOver = true;
      cancel();
      unsubscribe();
    },
  };
}
