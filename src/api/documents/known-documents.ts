import { createHash } from 'node:crypto';
import { ApiError } from '../../model/errors.ts';
import type { DocumentCache } from '../execute/prepare.ts';
import type { Identity } from '../../store/store.ts';

/** Who may only run documents that the server knows: nobody, everyone but admins, or everyone. */
export const documentsOnlyFor = ['nobody', 'non-admins', 'all'] as const;

/** Documents that a server knows from its start on. */
export interface DocumentRules {
  /** Their texts, by a name that an error can give. */
  readonly texts: ReadonlyMap<string, string>;
  readonly onlyFor: (typeof documentsOnlyFor)[number];
}

/** What a request asks to run: a text, or the hash of a known one. */
export interface Asked {
  readonly query?: string | undefined;
  readonly documentId?: string | undefined;
}

/** The documents that a server knows. */
export interface KnownDocuments {
  /** The text to run. Throws INVALID for neither or both, NOT_FOUND for a hash that is not known here, and FORBIDDEN where only known documents may run. */
  textOf(asked: Asked, identity: Pick<Identity, 'type'>): string;
}

/** Throws, naming the document, where one is over a limit or not valid: better at the start than when it is asked for. */
export function checkDocuments({ texts }: DocumentRules, documents: Pick<DocumentCache, 'prepare'>): void {
  for (const [name, text] of texts) {
    const { errors } = documents.prepare(text);
    if (errors) throw new Error(`the document ${name} is refused: ${errors.map(({ message }) => message).join('; ')}`);
  }
}

/** The name of a document: `sha256:` and the SHA-256 of its text in hexadecimal. */
export function documentId(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Known documents by their hashes, so all servers that were given the same ones agree without talking. */
export function createKnownDocuments({ texts, onlyFor }: DocumentRules = { texts: new Map(), onlyFor: 'nobody' }): KnownDocuments {
  const known = new Set(texts.values());
  const byId = new Map([...known].map((text) => [documentId(text), text]));
  const isHeld = ({ type }: Pick<Identity, 'type'>) => onlyFor === 'all' || (onlyFor === 'non-admins' && type !== 'admin');
  return {
    textOf({ query, documentId: id }, identity) {
      if (id === undefined) {
        if (!query) throw new ApiError('INVALID', 'the request has neither "query" nor "documentId"');
        if (isHeld(identity) && !known.has(query)) throw new ApiError('FORBIDDEN', 'only documents that the server was given may be run here; ask for one by its "documentId"');
        return query;
      }
      if (query) throw new ApiError('INVALID', 'give "query" or "documentId", not both');
      const text = byId.get(/^[0-9a-f]{64}$/i.test(id) ? `sha256:${id.toLowerCase()}` : id.toLowerCase());
      if (text === undefined) throw new ApiError('NOT_FOUND', 'the server was given no document with this "documentId", which is "sha256:" and the SHA-256 of its text in hexadecimal');
      return text;
    },
  };
}
