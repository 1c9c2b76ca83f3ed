import { CommandError } from './host.ts';

/** How to speak of what did not work. */
export interface FailureWords {
  /** What does not work, as the beginning of a sentence: `Services do not work on this node`. */
  readonly what: string;
  /** Debian's packages that have the programs. */
  readonly packages: string;
  /** What takes root: `packet rules need root`. */
  readonly needsRoot: string;
  /** Said in place of `what` where neither a program nor root is lacking. */
  readonly otherwise?: string;
}

/** One line that says what does not work and the way out. */
export function explainFailure(error: unknown, { what, packages, needsRoot, otherwise = what }: FailureWords): string {
  const reason = firstLine(error);
  if (error instanceof CommandError && error.isMissing) return `${what}: ${reason} (install with: apt-get install ${packages})`;
  if (error instanceof CommandError && error.isForbidden) return `${what}: ${needsRoot} (${reason})`;
  return `${otherwise}, trying again: ${reason}`;
}

/** The first line of what an error says. */
export function firstLine(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error);
}
