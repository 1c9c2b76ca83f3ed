import { stringify } from 'yaml';
import { kindFacts } from '../../model/object.ts';
import type { KindName, Objects } from '../../model/object.ts';
import type { Client } from '../../client/client.ts';
import { columns } from '../columns.ts';
import { CommandFailure, UsageError, namespaceOption, text } from '../command.ts';
import type { Command, CommandArguments } from '../command.ts';
import { parseKind } from '../parse-kind.ts';
import { renderTable } from '../render-table.ts';

/** Shows objects. */
export const get: Command = {
  usage: 'KIND [NAME] [-n NAMESPACE | -A] [-l SELECTOR] [-o table|yaml|json]',
  summary: 'Shows objects of a kind: deployments, pods, services, nodes, …',
  options: { ...namespaceOption, 'all-namespaces': { type: 'boolean', short: 'A' }, selector: { type: 'string', short: 'l' }, output: { type: 'string', short: 'o' } },
  async run(context, args) {
    const [given, name, more] = args.positionals;
    if (given === undefined || more !== undefined) throw new UsageError(`usage: gantry get ${this.usage}`);
    const kind = parseKind(given), output = text(args.values, 'output') ?? 'table';
    const objects = await find(await context.client(), kind, name, args);
    if (output === 'json') context.print(`${JSON.stringify(name === undefined ? objects : objects[0], null, 2)}\n`);
    else if (output === 'yaml') context.print(objects.map((object) => stringify(object)).join('---\n'));
    else if (output !== 'table') throw new UsageError(`-o is table, yaml or json, not ${output}`);
    else if (objects.length === 0) context.print(`no ${kindFacts[kind].plural}\n`);
    else context.print(renderObjects(kind, objects, args.values['all-namespaces'] === true && kindFacts[kind].namespaced, context.now()));
  },
};

async function find<K extends KindName>(client: Client, kind: K, name: string | undefined, { values }: CommandArguments): Promise<readonly Objects[K][]> {
  const namespace = text(values, 'namespace') ?? 'default';
  if (name !== undefined) {
    const object = await client.get(kind, { namespace, name });
    if (!object) throw new CommandFailure(`there is no ${kind} "${name}"${kindFacts[kind].namespaced ? ` in namespace ${namespace}` : ''}`);
    return [object];
  }
  const { objects } = await client.list(kind, { namespace: values['all-namespaces'] === true ? undefined : namespace, labelSelector: text(values, 'selector') });
  return objects;
}

/** A table of objects of one kind. */
export function renderObjects<K extends KindName>(kind: K, objects: readonly Objects[K][], withNamespace: boolean, nowMs: number): string {
  const shown = columns[kind];
  return renderTable(
    [...(withNamespace ? ['NAMESPACE'] : []), ...shown.map(({ heading }) => heading)],
    objects.map((object) => [...(withNamespace ? [object.metadata.namespace ?? ''] : []), ...shown.map(({ cell }) => String(cell(object, nowMs)))]),
  );
}
