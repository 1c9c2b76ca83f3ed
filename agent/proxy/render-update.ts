import type { Slot, Update } from './plan-update.ts';
import { renderChain, renderSlot, slotChainName, slotChooser, slotMapName } from './render-chain.ts';
import { layoutName, renderLayout } from './render-table.ts';
import { isSlotted, slottedMapTypes, splitSlot } from './ruleset.ts';
import type { Element, NodeFacts } from './ruleset.ts';

/** Elements per statement; more is no faster. */
const batch = 1000;

/** An update as the text of one `nft -f` transaction. `markers` are further empty maps to keep in a full load. */
export function renderUpdate(update: Update, facts: NodeFacts, markers: readonly string[] = []): string {
  return [
    ...(update.isFullLoad ? renderFullLoad(facts, markers) : []),
    ...update.slots.flatMap(renderNewSlot),
    ...update.chains.flatMap((name) => [`add chain ip gantry ${name}`, `flush chain ip gantry ${name}`]),
    ...update.chains.flatMap((name) => (renderChain(name, facts) ?? []).map((rule) => `add rule ip gantry ${name} ${rule}`)),
    ...renderElements('delete', update.isFullLoad ? [] : update.deletes),
    ...renderElements('add', update.adds),
    '',
  ].join('\n');
}

/** The table is added first so that its deletion never fails; the kernel sees only the end result. */
function renderFullLoad(facts: NodeFacts, markers: readonly string[]): readonly string[] {
  const names = [layoutName(facts), ...markers].map((name) => `  map ${name} { type inet_service : verdict ; }`);
  return ['table ip gantry', 'delete table ip gantry', 'table ip gantry {', ...names, renderLayout(facts), '}'];
}

function renderNewSlot({ map, slot }: Slot): readonly string[] {
  const chain = slotChainName(map, slot);
  return [
    `add map ip gantry ${slotMapName(map, slot)} { type ${slottedMapTypes[map]} ; }`,
    `add chain ip gantry ${chain}`,
    `flush chain ip gantry ${chain}`,
    ...renderSlot(map, slot).map((rule) => `add rule ip gantry ${chain} ${rule}`),
    `add element ip gantry ${slotChooser(map)} { ${slot} : jump ${chain} }`,
  ];
}

function renderElements(verb: 'add' | 'delete', elements: readonly Element[]): readonly string[] {
  const byMap = new Map<string, string[]>();
  for (const { map, key, value } of elements) {
    const { front, slot } = splitSlot(key);
    const [name, ownKey] = isSlotted(map) ? [slotMapName(map, slot), front] : [map, key];
    const list = byMap.get(name) ?? [];
    list.push(verb === 'delete' ? ownKey : `${ownKey} : ${value}`);
    byMap.set(name, list);
  }
  return [...byMap].flatMap(([map, list]) => {
    const statements: string[] = [];
    for (let i = 0; i < list.length; i += batch) statements.push(`${verb} element ip gantry ${map} { ${list.slice(i, i + batch).join(', ')} }`);
    return statements;
  });
}
