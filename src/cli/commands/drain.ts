import type { Client } from '../../client/client.ts';
import { conditionOf } from '../../model/conditions.ts';
import type { NodeDrain, Pod } from '../../model/object.ts';
import { CommandFailure, UsageError, text } from '../command.ts';
import type { Command, CommandContext, OptionValues } from '../command.ts';

const drainDocument = `mutation drainNode($name: String!, $ignoreDaemonSets: Boolean, $deleteEmptyDirData: Boolean, $force: Boolean, $gracePeriodSeconds: Int, $timeoutSeconds: Int, $podSelector: String, $dryRun: Boolean) {
  result: drainNode(name: $name, ignoreDaemonSets: $ignoreDaemonSets, deleteEmptyDirData: $deleteEmptyDirData, force: $force, gracePeriodSeconds: $gracePeriodSeconds,
    timeoutSeconds: $timeoutSeconds, podSelector: $podSelector, dryRun: $dryRun) { steps { action reason pod { metadata { namespace name } } } revision } }`;

interface Step {
  readonly action: 'EVICT' | 'WAIT' | 'LEAVE' | 'REFUSE' | 'GOING';
  readonly reason?: string | undefined;
  readonly pod: Pick<Pod, 'metadata'>;
}

const words: { readonly [Action in Step['action']]: string } = { EVICT: 'goes', WAIT: 'waits', LEAVE: 'stays', REFUSE: 'in the way', GOING: 'going' };

/** Empties a node and shows how it gets on. */
export const drain: Command = {
  usage: 'NODE [--ignore-daemonsets] [--delete-emptydir-data] [--force] [--grace-period SECONDS] [--timeout SECONDS] [--pod-selector SELECTOR] [--dry-run]',
  summary: 'Cordons a node and evicts its Pods as their budgets allow; ends when it is empty.',
  options: {
    'ignore-daemonsets': { type: 'boolean' }, 'delete-emptydir-data': { type: 'boolean' }, 'force': { type: 'boolean' }, 'dry-run': { type: 'boolean' },
    'grace-period': { type: 'string' }, 'timeout': { type: 'string' }, 'pod-selector': { type: 'string', short: 'l' },
  },
  async run(context, { positionals: [name, more], values }) {
    if (name === undefined || more !== undefined) throw new UsageError(`usage: gantry drain ${this.usage}`);
    const client = await context.client();
    const options = {
      ignoreDaemonSets: values['ignore-daemonsets'] === true, deleteEmptyDirData: values['delete-emptydir-data'] === true, force: values['force'] === true,
      gracePeriodSeconds: seconds(values, 'grace-period'), timeoutSeconds: seconds(values, 'timeout'), podSelector: text(values, 'pod-selector'), dryRun: values['dry-run'] === true,
    };
    const { result } = await client.request<{ result: { steps: readonly Step[]; revision?: string } }>(drainDocument, { name, ...options });
    const shown = result.steps.filter(({ action }) => options.dryRun || action === 'LEAVE');
    context.print(shown.map(({ action, pod, reason }) => line(words[action], pod, reason)).join(''));
    if (options.dryRun) return context.print(`node ${name} would be cordoned and drained\n`);
    context.print(`node ${name} is cordoned\n`);
    await watch(context, client, name);
  },
};

function seconds(values: OptionValues, option: string): number | undefined {
  const given = text(values, option);
  if (given === undefined) return undefined;
  if (!/^[0-9]+$/.test(given)) throw new UsageError(`--${option} is a whole number of seconds, not ${given}`);
  return Number(given);
}

/** Shows Pods going until the work has ended. The work itself needs nobody to watch. */
async function watch(context: CommandContext, client: Client, name: string): Promise<void> {
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const pods = showPods(context, client, name, signal);
  try {
    const last = await showWaiting(context, client, name, signal);
    if (context.signal.aborted) context.print(`the draining of node ${name} goes on; gantry uncordon ${name} ends it\n`);
    else if (last?.status.phase !== 'Drained') throw new CommandFailure(last ? `node ${name}: ${conditionOf(last.status.conditions, 'Drained')?.message ?? 'not drained'}` : `the draining of node ${name} was ended by someone else`);
  } finally {
    ended.abort();
    await pods;
  }
  if (!context.signal.aborted) context.print(`node ${name} is drained\n`);
}

async function showPods(context: CommandContext, client: Client, nodeName: string, signal: AbortSignal): Promise<void> {
  const going = new Set<string>();
  for await (const step of client.follow('Pod', { where: { nodeName: { eq: nodeName } }, signal })) {
    if (!('object' in step)) continue;
    const { metadata } = step.object;
    if (step.type === 'DELETED') context.print(line('gone', step.object));
    else if (metadata.deletionTimestamp !== undefined && !going.has(metadata.uid)) {
      going.add(metadata.uid);
      context.print(line('going', step.object));
    }
  }
}

/** The work when it has ended; undefined where it was taken back. */
async function showWaiting(context: CommandContext, client: Client, name: string, signal: AbortSignal): Promise<NodeDrain | undefined> {
  const told = new Map<string, string>();
  for await (const step of client.follow('NodeDrain', { where: { name: { eq: name } }, signal })) {
    if (step.type === 'DELETED') return undefined;
    if (!('object' in step)) continue;
    const { metadata, status } = step.object;
    if ((status.phase === 'Drained' || status.phase === 'Failed') && status.observedGeneration === metadata.generation) return step.object;
    for (const { namespace, name: podName, reason } of status.waitingPods) {
      const key = `${namespace}/${podName}`;
      if (told.get(key) === reason) continue;
      told.set(key, reason);
      context.print(line('waits', { metadata: { namespace, name: podName } }, reason));
    }
  }
  return undefined;
}

function line(word: string, { metadata }: { readonly metadata: { readonly namespace?: string | undefined; readonly name: string } }, reason?: string): string {
  return `${word.padEnd(10)} ${metadata.namespace ?? ''}/${metadata.name}${reason === undefined ? '' : `: ${reason}`}\n`;
}
