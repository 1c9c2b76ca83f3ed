import { randomUUID } from 'node:crypto';
import type { ApiContext } from '../context.ts';

/** Objects in place of what was selected of them; `selection` tells which selection that was. */
export class Unselected {
  constructor(readonly objects: object, readonly selection: number) {}

  /** What stands for the objects until their text is put in. */
  toJSON(): string {
    placing?.(this);
    return mark;
  }
}

/** Gives the text of objects, or undefined where it cannot. */
export interface TextSource {
  of(objects: object, context: ApiContext): string | undefined;
}

/** Nobody outside ever sees it, so no value can hold it. */
const mark = randomUUID(), quotedMark = JSON.stringify(mark);

let placing: ((unselected: Unselected) => void) | undefined;

/** Writes a result as JSON text, each of its unselected parts as the source with its number gives it. Undefined where one cannot. */
export function writeText(data: unknown, sources: readonly TextSource[], context: ApiContext): string | undefined {
  const texts: (string | undefined)[] = [];
  placing = ({ objects, selection }) => texts.push(sources[selection]?.of(objects, context));
  try {
    const [first = '', ...others] = JSON.stringify(data).split(quotedMark);
    return texts.includes(undefined) ? undefined : others.reduce((written, part, i) => written + (texts[i] ?? '') + part, first);
  } finally {
    placing = undefined;
  }
}
