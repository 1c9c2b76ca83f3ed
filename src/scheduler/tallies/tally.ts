/** How many Pods of one group are in each domain, as far as there are any. */
export class Tally {
  readonly #counts = new Map<string, number>();
  /** How many domains have a count. */
  readonly #domainsWith = new Map<number, number>();
  #total = 0;

  /** Pods in all domains. */
  get total(): number {
    return this.#total;
  }

  /** Pods in a domain; none where a node is in no domain. */
  in(domain: string | undefined): number {
    return domain === undefined ? 0 : this.#counts.get(domain) ?? 0;
  }

  /** Counts Pods more or less in a domain. */
  add(domain: string, by: number): void {
    const before = this.#counts.get(domain) ?? 0, after = before + by;
    this.#total += by;
    if (after === 0) this.#counts.delete(domain);
    else this.#counts.set(domain, after);
    this.#shift(before, -1);
    this.#shift(after, 1);
  }

  /** The fewest Pods that one of so many domains has. */
  least(domains: number): number {
    return this.#counts.size < domains || domains === 0 ? 0 : Math.min(...this.#domainsWith.keys());
  }

  #shift(count: number, by: 1 | -1): void {
    if (count === 0) return;
    const domains = (this.#domainsWith.get(count) ?? 0) + by;
    if (domains === 0) this.#domainsWith.delete(count);
    else this.#domainsWith.set(count, domains);
  }
}
