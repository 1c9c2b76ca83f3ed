/** Names the Pod that a container belongs to. */
export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** `waiting`: made but never started. */
export type ContainerPhase = 'waiting' | 'running' | 'exited';

/** What every container of the cluster carries, sandbox or not. Times are milliseconds since 1970. */
export interface ObservedBase {
  readonly id: string;
  readonly pod: PodIdentity;
  /** Counts from 0; the next container of the same name gets one more. */
  readonly attempt: number;
  readonly phase: ContainerPhase;
  readonly createdAtMs: number;
  readonly startedAtMs?: number | undefined;
  readonly finishedAtMs?: number | undefined;
  readonly exitCode?: number | undefined;
}

/** The container that holds a Pod's namespaces. */
export interface ObservedSandbox extends ObservedBase {
  /** The Pod's address; undefined on the node's own network and after the end. */
  readonly ip?: string | undefined;
}

/** A container that does a Pod's work. */
export interface ObservedContainer extends ObservedBase {
  readonly name: string;
  /** The sandbox whose namespaces it joined. */
  readonly sandboxId: string;
  /** The image by the name that the Pod's spec used. */
  readonly image: string;
  readonly imageId: string;
  /** Milliseconds that must pass after its end before the next attempt. */
  readonly backOffMs: number;
  readonly oomKilled: boolean;
  /** Why it could not be started at all. */
  readonly startError?: string | undefined;
  /** Signal that asks it to end. */
  readonly stopSignal: string;
  /** Seconds between that signal and the last one, known even when the Pod's spec is not. */
  readonly graceSeconds: number;
}

/** All that the runtime holds of one Pod; newest attempt first. */
export interface ObservedPod {
  readonly pod: PodIdentity;
  readonly sandboxes: readonly ObservedSandbox[];
  readonly containers: readonly ObservedContainer[];
}

/** A file or directory of the node that appears in a container. */
export interface Mount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

/** A port of the node that leads to the Pod. */
export interface HostPort {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly hostIP?: string | undefined;
}

/** What a sandbox is to look like. */
export interface SandboxSpec {
  readonly pod: PodIdentity;
  readonly attempt: number;
  readonly hostname: string;
  readonly hostNetwork: boolean;
  readonly hostPID: boolean;
  readonly hostIPC: boolean;
  readonly hostPorts: readonly HostPort[];
  readonly sysctls: Readonly<Record<string, string>>;
}

/** Limits, in the units of the kernel; 0 or undefined: none. */
export interface ResourceLimits {
  readonly cpuRequestMillis: number;
  readonly cpuLimitMillis?: number | undefined;
  readonly memoryLimitBytes?: number | undefined;
  readonly oomScoreAdj: number;
}

/** What a container is to look like. Everything is resolved: no reference to another object is left. */
export interface ContainerSpec {
  readonly pod: PodIdentity;
  readonly name: string;
  readonly attempt: number;
  readonly sandboxId: string;
  readonly image: string;
  readonly imageId: string;
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly workingDir?: string | undefined;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly Mount[];
  readonly resources: ResourceLimits;
  readonly user?: string | undefined;
  readonly groups: readonly string[];
  readonly privileged: boolean;
  readonly readOnlyRoot: boolean;
  readonly noNewPrivileges: boolean;
  readonly capabilitiesAdd: readonly string[];
  readonly capabilitiesDrop: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Whether all containers of the Pod see each other's processes. */
  readonly pidNamespace: 'own' | 'pod' | 'node';
  readonly backOffMs: number;
  readonly graceSeconds: number;
}

/** An image that is present. */
export interface ImageFacts {
  readonly id: string;
  readonly names: readonly string[];
  readonly sizeBytes: number;
  /** `user[:group]` that it runs as by default; empty for root. */
  readonly user: string;
}

/** Who asks a registry for an image. Never logged. */
export interface RegistryCredential {
  readonly username: string;
  readonly password: string;
  readonly serverAddress: string;
}

/** Which part of a container's log is wanted. */
export interface LogOptions {
  readonly tailLines?: number | undefined;
  readonly sinceSeconds?: number | undefined;
  readonly timestamps: boolean;
  readonly follow: boolean;
}

/** What the runtime is. */
export interface RuntimeFacts {
  /** Such as `docker://20.10.24`. */
  readonly version: string;
  readonly operatingSystem: string;
  readonly kernelVersion: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Where images and containers lie on this machine's disk; undefined where that is not known. */
  readonly dataFolder?: string | undefined;
}

/** Why no container can be started or ended now. */
export interface RuntimeProblem {
  /** One word that names the engine, such as `DockerNotResponding`. */
  readonly reason: string;
  readonly message: string;
}

/** Where the Pods of this node get their addresses. */
export interface PodNetwork {
  /** The range of an engine that was set up for Gantry, such as `10.244.0.0/24`; undefined: the server chooses one. */
  proposedCIDR(clusterCIDR: string): Promise<string | undefined>;
  /** Makes sure that sandboxes get addresses of this range. */
  ensure(podCIDR: string): Promise<void>;
}

/**
 * Runs containers. Knows nothing of the cluster's API. Every call fails within its time limit when the engine does not answer.
 * Only containers of the cluster that it was made for are seen and touched.
 */
export interface Runtime {
  readonly network: PodNetwork;
  facts(): Promise<RuntimeFacts>;
  /** Whether the engine works, asked in a way that an engine which hangs does not answer. Undefined when it does; never fails. */
  problem(): Promise<RuntimeProblem | undefined>;
  /** Every Pod that has a container here, with a text that changes whenever one of its containers does. */
  pods(): Promise<readonly { readonly pod: PodIdentity; readonly fingerprint: string }[]>;
  inspectPod(uid: string): Promise<ObservedPod | undefined>;
  images(): Promise<readonly ImageFacts[]>;
  /** Undefined when it is not present. */
  image(name: string): Promise<ImageFacts | undefined>;
  /** Fails with the engine's words when it cannot be had. Without a credential it is asked for as anybody. */
  pullImage(name: string, credential: RegistryCredential | undefined, signal: AbortSignal): Promise<void>;
  /** Makes and starts; returns the id. */
  startSandbox(spec: SandboxSpec): Promise<string>;
  /** Makes and starts; returns the id. On failure a container that was made stays, with its `startError`. */
  startContainer(spec: ContainerSpec): Promise<string>;
  /** Sends a signal such as `SIGTERM`. A container that has ended or is gone is no failure. */
  signal(id: string, signal: string): Promise<void>;
  /** Removes, killing it first if it runs. One that is gone is no failure. */
  remove(id: string): Promise<void>;
  /** Runs a command inside; ends it after `timeoutMs` with exit code undefined. Output is cut after 10 KiB. */
  exec(id: string, command: readonly string[], timeoutMs: number): Promise<ExecResult>;
  /** Lines as they are in the log; ends at the log's end unless following, and when aborted. */
  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<string>;
  /** Calls back with the uid of a Pod whose containers changed, or undefined when any may have. Goes on through failures of the engine. */
  watch(onChange: (podUid: string | undefined) => void, signal: AbortSignal): void;
}

/** How a command in a container ended. */
export interface ExecResult {
  /** Undefined: it did not end in time. */
  readonly exitCode: number | undefined;
  readonly output: string;
}
