import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { isFields } from '../merge-patch.ts';

/**
 * The documents of a text of YAML as people write manifests, or undefined where it is wrong or holds anything that two readers of YAML might see differently:
 * anchors, tags, merge keys, directives, keys that are no text, numbers out of range. For those the `yaml` package is asked, which also tells what is wrong and
 * where; for all others this one says the same in a fifth of the time.
 */
export function readPlainYaml(text: string): readonly unknown[] | undefined {
  if (special.test(text) || oddKey.test(text) || oddNumber.test(text) || oddMarker.test(text)) return undefined;
  try {
    const documents = loadAll(text, { schema: CORE_SCHEMA });
    return documents.every((document) => document === null || isFields(document)) ? documents : undefined;
  } catch {
    return undefined;
  }
}

/** Anchors, aliases, tags, merge keys, complex keys; directives, tabs and carriage returns; what is not plain text. */
const special = /[&*!%?\t\r\0\u0085\u2028\u2029\ufeff]|<</;
/** A key that may be read as a number, a truth or nothing, behind the beginning of a line, a bracket, a comma or a dash. */
const oddKey = /(?:^|[{[,]|- )[ \t]*(?:[-+.\d~][^\s:]*|null|true|false)?[ \t]*:(?=\s|$)/im;
/** Too large for a number, or for all of its digits. */
const oddNumber = /\d{15}|\d[eE][-+]?\d{3}/;
/** Anything but `---` alone on its line. */
const oddMarker = /^ +---|^---(?! *$)|^\.\.\./m;
