import type { Snapshot, Store } from '../store/store.ts';

/** Resolves with the first defined answer that `look` gives for the snapshot, now or after any change. Rejects after `withinMs`, saying what was waited for. */
export function waitForState<T>(store: Store, look: (snapshot: Snapshot) => T | undefined, what: string, withinMs: number): Promise<T> {
  const already = look(store.snapshot());
  if (already !== undefined) return Promise.resolve(already);
  return new Promise((resolve, reject) => {
    const end = store.onChanges((_changes, snapshot) => {
      const answer = look(snapshot);
      if (answer === undefined) return;
      finish();
      resolve(answer);
    });
    const timer = setTimeout(() => { finish(); reject(new Error(`not within ${withinMs / 1000} s: ${what}`)); }, withinMs);
    const finish = () => { clearTimeout(timer); end(); };
  });
}

/** Waits until a node is ready; the answer says so for people. */
export async function waitForNode(store: Store, nodeName: string, tell: (text: string) => void): Promise<string> {
  tell(`${nodeName} registers`);
  return waitForState(store, (snapshot) => {
    const node = snapshot.get('Node', '', nodeName);
    if (node) tell(`${nodeName} becomes ready`);
    const isReady = node?.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True');
    return isReady ? `${nodeName} ready, Pods in ${node?.spec.podCIDR ?? '?'}` : undefined;
  }, `node ${nodeName} is ready (agent.log says more)`, 60_000);
}
