/** What admission hands out, and the numbers it uses. */
export interface RegistryConfig {
  /** Range of the services' virtual addresses, such as `10.96.0.0/16`. */
  readonly serviceCIDR: string;
  /** Range of which every node gets a /24 for its Pods, such as `10.244.0.0/16`. */
  readonly podCIDR: string;
  /** Ports that services may claim on every node, first and last. */
  readonly nodePortRange: readonly [first: number, last: number];
  /** How long Pods put up with a node that is not ready or unreachable. 300 where left out. */
  readonly defaultTolerationSeconds?: number | undefined;
}
