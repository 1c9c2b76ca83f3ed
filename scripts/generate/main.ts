// Composes schema.graphql and src/generated from the SDL beside each kind. `--check` only tells whether the committed schema.graphql is up to date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildASTSchema, extendSchema, lexicographicSortSchema, parse, printSchema, specifiedDirectives } from 'graphql';
import { deriveCommonFields, deriveInputs } from './derive-inputs.ts';
import { deriveRoots } from './derive-roots.ts';
import { forPublishing, join, loadSources } from './load.ts';
import { documentsFile, kindsFile, typesFile } from './write-typescript.ts';

const root = path.resolve(import.meta.dirname, '../..');
const sources = loadSources(root);
const publishable = forPublishing(sources.core);
const inputs = parse(deriveInputs(sources));

const schema = extendSchema(buildASTSchema({ kind: publishable.kind, definitions: [] }, { assumeValid: true }),
  join(publishable, inputs, sources.api, parse(`${deriveCommonFields(sources.kinds)}\n\n${deriveRoots(sources)}`)), { assumeValidSDL: true });
if (specifiedDirectives.length === 0) throw new Error('graphql is not installed as expected');
const sdl = `# Composed by \`npm run generate\` from src/model, src/kinds and src/api; change those.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(path.join(root, 'schema.graphql'), 'utf8') !== sdl) throw new Error('schema.graphql is not what the kinds say; run `npm run generate` and commit it');
} else {
  const generated = path.join(root, 'src/generated');
  mkdirSync(generated, { recursive: true });
  writeFileSync(path.join(root, 'schema.graphql'), sdl);
  const common = parse(sources.kinds.map((k) => `extend type ${k.name} { apiVersion: String! kind: String! metadata: ObjectMeta! }`).join('\n'));
  writeFileSync(path.join(generated, 'types.ts'), await typesFile(join(publishable, inputs, common, parse('type Query { none: Int }'))));
  writeFileSync(path.join(generated, 'kinds.ts'), kindsFile(sources));
  writeFileSync(path.join(generated, 'documents.ts'), documentsFile(schema, sources));
}
