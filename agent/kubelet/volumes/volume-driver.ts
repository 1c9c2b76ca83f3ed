import type { Pod, Volume } from '../../../src/model/object.ts';
import type { EnvSources } from '../env/build-env.ts';

/** What a volume is made from. */
export interface VolumeContext {
  readonly pod: Pod;
  readonly volume: Volume;
  /** The volume's own directory on the node; its parents exist. */
  readonly directory: string;
  readonly sources: EnvSources;
  readonly tmpfs: Tmpfs;
}

/** Mounts file systems in memory. */
export interface Tmpfs {
  /** Makes the directory and mounts one over it, once. `sizeBytes` limits it. Throws where the agent may not mount. */
  mount(directory: string, options: { readonly sizeBytes?: number | undefined; readonly mode: number }): Promise<void>;
  /** Unmounts everything at or below a directory. */
  unmountBelow(directory: string): Promise<void>;
}

/** One type of volume. */
export interface VolumeDriver {
  /** Makes it present and up to date; returns the path that containers mount. May be called again at any time. Throws StepError FailedMount. */
  prepare(context: VolumeContext): Promise<string>;
  /** Whether its content follows other objects, so that it is prepared again when they change. */
  readonly followsObjects: boolean;
}
