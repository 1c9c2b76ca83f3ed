import type { Rule } from '../rule.ts';

const foundation = ['lib', 'generated', 'model', 'kinds'] as const;
const server = [...foundation, 'store', 'registry', 'control'] as const;

/** What each folder of `src` may import, besides itself. `main` may import all of them. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  generated: [],
  model: ['lib', 'generated'],
  kinds: ['lib', 'generated', 'model'],
  store: foundation,
  registry: [...foundation, 'store'],
  control: [...foundation, 'store', 'registry'],
  controllers: server,
  scheduler: server,
  api: server,
  client: foundation,
  cli: [...foundation, 'client'],
  dashboard: [...foundation, 'client'],
};
const agentAllowed = [...foundation, 'client'];

/** Imports run one way through the folders of `src`; `agent` uses the lower ones, and `src` knows nothing of `agent`. */
export const layers: Rule = ({ path, imports }) => imports.flatMap((imported) => {
  const message = imported.path === undefined ? undefined : refusal(path, imported.path);
  return message === undefined ? [] : [{ path, line: imported.line, message }];
});

function refusal(from: string, to: string): string | undefined {
  const [top = '', folder = ''] = from.split('/'), [targetTop = '', targetFolder = ''] = to.split('/');
  if (top === 'agent') {
    if (targetTop === 'agent' || (targetTop === 'src' && agentAllowed.includes(targetFolder))) return undefined;
    return `agent must not import ${targetTop}/${targetFolder}; allowed: agent, ${agentAllowed.map((name) => `src/${name}`).join(', ')}`;
  }
  if (top !== 'src') return undefined;
  if (targetTop === 'agent') return 'src must not import agent; allowed: folders of src';
  if (folder === targetFolder || folder === 'main') return undefined;
  if (targetTop !== 'src') return `src/${folder} must not import ${to}; allowed: folders of src`;
  const may = allowed[folder];
  if (!may) return `src/${folder} has no place among the layers; give it one in scripts/lint/rules/layers.ts`;
  return may.includes(targetFolder) ? undefined : `src/${folder} must not import src/${targetFolder}; allowed: ${[folder, ...may].join(', ')}`;
}
