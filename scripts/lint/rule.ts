import type { SourceFile } from './source-file.ts';

/** Something that breaks a rule. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  /** What is wrong and what is allowed, for people. */
  readonly message: string;
}

/** Looks at one TypeScript file of the tree. Pure. */
export type Rule = (file: SourceFile) => readonly Violation[];
