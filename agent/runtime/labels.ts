/** Labels by which containers are found again. Docker is the truth about containers: nothing else is written down. */
export const labels = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
  cluster: 'dev.gantry.cluster',
  attempt: 'dev.gantry.attempt',
  sandbox: 'dev.gantry.sandbox',
  image: 'dev.gantry.image',
  backOffMs: 'dev.gantry.back-off-ms',
  graceSeconds: 'dev.gantry.grace-seconds',
} as const;

/** The container name that marks a sandbox. */
export const sandboxName = 'POD';
