import type { NodeView } from './node-view.ts';

/** Calls back once, as soon as this node's range of Pod addresses is known. Returns how to stop waiting. */
export function whenPodCIDRKnown(view: Pick<NodeView, 'node' | 'onChange'>, begin: (podCIDR: string) => void): () => void {
  let isOver = false;
  const look = (): void => {
    const podCIDR = view.node()?.spec.podCIDR;
    if (isOver || podCIDR === undefined) return;
    end();
    begin(podCIDR);
  };
  const unsubscribe = view.onChange(look);
  const end = (): void => {
    isOver = true;
    unsubscribe();
  };
  look();
  return end;
}
