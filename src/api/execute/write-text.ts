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

/** Objects inside of objects are looked through this deep; what is further in is left to `JSON.stringify`, which is quicker where there is much. */
const shallow = 3;

/** Writes a result as JSON text, each of its unselected parts as the source with its number gives it. Undefined where one cannot. */
export function writeText(data: unknown, sources: readonly TextSource[], context: ApiContext): string | undefined {
  return writeValue(data, sources, context, shallow);
}

function writeValue(value: unknown, sources: readonly TextSource[], context: ApiContext, depth: number): string | undefined {
  if (value instanceof Unselected) return sources[value.selection]?.of(value.objects, context);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth === 0 || Array.isArray(value) || 'toJSON' in value) return writeMarked(value, sources, context);
  let text = '';
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const written = writeValue(item, sources, context, depth - 1);
    if (written === undefined) return undefined;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${written}`;
  }
  return `{${text}}`;
}

function writeMarked(data: unknown, sources: readonly TextSource[], context: ApiContext): string | undefined {
  const texts: (string | undefined)[] = [];
  placing = ({ objects, selection }) => texts.push(sources[selection]?.of(objects, context));
  try {
    const [first = '', ...others] = JSON.stringify(data).split(quotedMark);
    return texts.includes(undefined) ? undefined : others.reduce((written, part, i) => written + (texts[i] ?? '') + part, first);
  } finally {
    placing = undefined;
  }
}
