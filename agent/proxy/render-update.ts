import type { Element, Update } from './plan-update.ts';
import { renderChain } from './render-chain.ts';
import { layoutName, renderLayout } from './render-table.ts';
import type { NodeFacts } from './ruleset.ts';

/** Elements per statement; more is no faster. */
const batch = 1000;

/** An update as the text of one `nft -f` transaction. `markers` are further empty maps to keep in a full load. */
export function renderUpdate(update: Update, facts: NodeFacts, markers: readonly string[] = []): string {
  return [
    ...(update.isFullLoad ? renderFullLoad(facts, markers) : []),
    ...update.chains.flatMap((name) => [`add chain ip gantry ${name}`, `flush chain ip gantry ${name}`]),
    ...update.chains.flatMap((name) => (renderChain(name, facts) ?? []).map((rule) => `add rule ip gantry ${name} ${rule}`)),
    ...renderElements('delete', update.isFullLoad ? [] : update.deletes, ({ key }) => key),
    ...renderElements('add', update.adds, ({ key, value }) => `${key} : ${value}`),
    '',
  ].join('\n');
}

/** The table is added first so that its deletion never fails; the kernel sees only the end result. */
function renderFullLoad(facts: NodeFacts, markers: readonly string[]): readonly string[] {
  const names = [layoutName(facts), ...markers].map((name) => `  map ${name} { type inet_service : verdict ; }`);
  return ['table ip gantry', 'delete table ip gantry', 'table ip gantry {', ...names, renderLayout(facts), '}'];
}

function renderElements(verb: 'add' | 'delete', elements: readonly Element[], text: (element: Element) => string): readonly string[] {
  const byMap = new Map<string, string[]>();
  for (const element of elements) {
    const list = byMap.get(element.map) ?? [];
    list.push(text(element));
    byMap.set(element.map, list);
  }
  return [...byMap].flatMap(([map, list]) => {
    const statements: string[] = [];
    for (let i = 0; i < list.length; i += batch) statements.push(`${verb} element ip gantry ${map} { ${list.slice(i, i + batch).join(', ')} }`);
    return statements;
  });
}
