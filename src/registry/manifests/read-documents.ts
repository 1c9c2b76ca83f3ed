import { isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import type { FieldError } from '../../model/errors.ts';
import { isFields, withoutNulls } from '../merge-patch.ts';
import { readJson } from './read-json.ts';
import { readPlainYaml } from './read-plain-yaml.ts';

/** One object of a manifest, and where it stands: `documents[1]`, `documents[0].items[2]`. */
export interface ManifestDocument {
  readonly position: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The objects of a text, and what is wrong with its syntax. */
export interface ReadDocuments {
  readonly documents: readonly ManifestDocument[];
  readonly errors: readonly FieldError[];
}

/** How many times aliases may multiply a document before it is refused. */
const maxAliasCount = 100;

/**
 * Reads YAML or JSON with any number of documents; empty ones don't count, a `List` stands for its items, null stands for an absent field. Keys that occur
 * twice and all other faults of syntax are listed by line and column, without quoting the text: it may hold secrets.
 */
export function readDocuments(text: string): ReadDocuments {
  const documents: ManifestDocument[] = [], errors: FieldError[] = [];
  const json = readJson(text), plain = json === undefined ? readPlainYaml(text) : [json];
  if (plain === undefined) return readYaml(text);
  plain.filter((value) => value !== null).forEach((value, i) => collect(withoutNulls(value), `documents[${i}]`, documents, errors));
  return { documents, errors };
}

/** The whole of YAML, and what is wrong with it. */
export function readYaml(text: string): ReadDocuments {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { uniqueKeys: true, prettyErrors: false, merge: true, lineCounter: lines });
  const documents: ManifestDocument[] = [], errors: FieldError[] = [];
  const present = (Array.isArray(parsed) ? parsed : []).filter((document) => document.errors.length > 0 || !isEmpty(document));
  present.forEach((document, i) => {
    const position = `documents[${i}]`;
    const faults = document.errors.map((error) => ({ path: position, message: `${place(lines, error.pos[0])}: ${faultText(error.code, error.message)}` }));
    if (faults.length > 0) errors.push(...faults);
    else collect(toValue(document), position, documents, errors);
  });
  return { documents, errors };
}

function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

function toValue(document: Document): unknown {
  try {
    return withoutNulls(document.toJS({ maxAliasCount }));
  } catch {
    return undefined;
  }
}

function collect(value: unknown, position: string, documents: ManifestDocument[], errors: FieldError[]): void {
  if (value === undefined) errors.push({ path: position, message: 'has too many aliases' });
  else if (!isFields(value)) errors.push({ path: position, message: 'must be an object with apiVersion, kind and metadata' });
  else if (value['kind'] !== 'List') documents.push({ position, value });
  else if (Array.isArray(value['items'])) value['items'].forEach((item: unknown, i) => collect(item, `${position}.items[${i}]`, documents, errors));
  else errors.push({ path: `${position}.items`, message: 'is required: the objects of the List' });
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

/** Only messages that can't quote a value are passed on. */
function faultText(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key occurs twice in one map';
  return /["'`]/.test(message) ? `is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})` : message;
}
