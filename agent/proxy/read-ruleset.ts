import { localnetMarker } from './prepare-node.ts';
import { parseSlotMapName } from './render-chain.ts';
import { emptyRuleset, plainMapTypes } from './ruleset.ts';
import type { Ruleset } from './ruleset.ts';

/** A client that packets have bound to a backend. */
export interface StickyClient {
  readonly map: 'sticky' | 'sticky_ports';
  /** Key of the element: the client's address, then the front. */
  readonly key: string;
  readonly client: string;
  readonly front: string;
  readonly backend: string;
}

/** What was found of table `gantry`. */
export interface FoundTable {
  readonly ruleset: Ruleset;
  readonly clients: readonly StickyClient[];
  /** Names of the empty maps that mark the layout and what must be put back one day. */
  readonly markers: readonly string[];
}

type Scalar = string | number;
type Part = Scalar | { prefix: { addr: string; len: number } };
type Value = Scalar | { concat: readonly Part[] } | { elem: { val: Value } } | { goto: { target: string } } | { jump: { target: string } } | { drop: null } | { accept: null } | { return: null };
interface ListedMap {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly elem?: readonly (readonly [Value, Value])[];
}

/** Reads what `nft -j list maps ip` printed. Undefined where there is no table `gantry`. Throws SyntaxError on text that is no JSON. */
export function readRuleset(json: string): FoundTable | undefined {
  const listed = (JSON.parse(json) as { nftables: readonly { map?: ListedMap }[] }).nftables;
  const maps = listed.flatMap(({ map }) => (map?.table === 'gantry' && map.family === 'ip' ? [map] : []));
  if (maps.length === 0) return undefined;
  const ruleset = emptyRuleset();
  for (const map of maps) {
    const slotted = parseSlotMapName(map.name);
    for (const [key, value] of map.elem ?? []) {
      if (slotted) ruleset[slotted.map].set(`${toText(key)} . ${slotted.slot}`, toText(value));
      else if (isPlain(map.name)) ruleset[map.name].set(toText(key), toText(value));
    }
  }
  return {
    ruleset,
    clients: maps.flatMap((map) => (isStickyName(map.name) ? (map.elem ?? []).map((e) => toClient(map.name, e)) : [])),
    markers: maps.map((map) => map.name).filter((name) => name.startsWith('layout_') || name === localnetMarker),
  };
}

function isPlain(name: string): name is keyof typeof plainMapTypes {
  return name in plainMapTypes;
}

function isStickyName(name: string): boolean {
  return name === 'sticky' || name === 'sticky_ports';
}

function toClient(name: string, [keyValue, value]: readonly [Value, Value]): StickyClient {
  const key = toText(keyValue);
  const [client = '', ...front] = key.split(' . ');
  return { map: name === 'sticky' ? 'sticky' : 'sticky_ports', key, client, front: front.join(' . '), backend: toText(value) };
}

/** A key or value as it is written in a script. */
function toText(value: Value): string {
  if (typeof value !== 'object') return String(value);
  if ('concat' in value) return value.concat.map((part) => (typeof part === 'object' ? `${part.prefix.addr}/${part.prefix.len}` : part)).join(' . ');
  if ('elem' in value) return toText(value.elem.val);
  if ('goto' in value) return `goto ${value.goto.target}`;
  if ('jump' in value) return `jump ${value.jump.target}`;
  return Object.keys(value)[0] ?? '';
}
