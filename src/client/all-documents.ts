import { kindFacts } from '../model/object.ts';
import type { KindName } from '../model/object.ts';
import { applyDocument } from './kind-calls.ts';
import { kindDocuments } from './kind-documents.ts';
import { nodeDocuments } from './node-documents.ts';

/** Every document that this client sends by itself, by a name: what a server must know where only known documents may run, or its agents could not work. */
export function allDocuments(): ReadonlyMap<string, string> {
  const own = [...Object.entries(nodeDocuments), ['applyManifests', applyDocument] as const];
  const ofKinds = (Object.keys(kindFacts) as KindName[]).flatMap((kind) => Object.entries(kindDocuments(kind)).map(([verb, text]) => [`${kind} ${verb}`, text as string | undefined] as const));
  return new Map([...own, ...ofKinds].flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])));
}
