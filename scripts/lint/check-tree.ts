import { checkDescriptions } from './check-descriptions.ts';
import { readTree } from './read-tree.ts';
import { rules } from './rules/index.ts';
import { parseSource } from './source-file.ts';

/** Every violation of the tree as a line of text: `src/a.ts:3 layers: …`. Empty where all is well. */
export function checkTree(root: string): readonly string[] {
  const code = readTree(root, '.ts').flatMap(({ path, text }) => {
    const file = parseSource(path, text);
    return Object.entries(rules).flatMap(([name, rule]) => rule(file).map((violation) => ({ ...violation, name })));
  });
  const sdl = readTree(root, '.graphql').flatMap(({ path, text }) => checkDescriptions(path, text).map((violation) => ({ ...violation, name: 'descriptions' })));
  return [...code, ...sdl].map(({ path, line, name, message }) => `${path}:${line} ${name}: ${message}`);
}
