import { UsageError, text, texts } from '../command.ts';
import type { Command } from '../command.ts';
import { makeDevNodes } from '../dev/make-dev-nodes.ts';
import { planLayout } from '../dev/plan-dev-nodes.ts';
import { removeDevNodes } from '../dev/remove-dev-nodes.ts';
import { renderObjects } from './get.ts';

const most = 50;

/** Makes nodes on this machine, for development: a network namespace, a Docker Engine and an agent each. */
export const devNodes: Command = {
  usage: 'COUNT | --remove [--name NAME] [--image NAME …] [--network routes|vxlan]',
  summary: 'Makes nodes on this machine, each with a network and a Docker Engine of its own; --remove leaves no trace.',
  options: {
    'remove': { type: 'boolean' }, 'name': { type: 'string' }, 'image': { type: 'string', multiple: true }, 'network': { type: 'string' }, 'heartbeat': { type: 'string' },
    'cluster-cidr': { type: 'string' }, 'service-cidr': { type: 'string' },
  },
  async run(context, { positionals: [given, more], values }) {
    const name = text(values, 'name') ?? 'dev', remove = values['remove'] === true;
    if (!/^[a-z][a-z0-9]{0,7}$/.test(name)) throw new UsageError('--name is at most 8 small letters and digits, and starts with a letter');
    if (more !== undefined || (given === undefined) !== remove) throw new UsageError(`usage: gantry dev nodes ${this.usage}`);
    const layout = planLayout(name, context.stateFolder);
    if (remove) {
      context.print(`removed ${await removeDevNodes(layout, context.client)} development nodes\n`);
      return;
    }
    const count = Number(given);
    if (!Number.isInteger(count) || count < 1 || count > most) throw new UsageError(`COUNT is a whole number from 1 to ${most}`);
    const agentOptions = ['network', 'heartbeat', 'service-cidr'].flatMap((option) => { const value = text(values, option); return value === undefined ? [] : [`--${option}`, value]; });
    const nodes = await makeDevNodes(context, layout, { count, clusterCIDR: text(values, 'cluster-cidr') ?? '10.244.0.0/16', images: texts(values, 'image'), agentOptions });
    const { objects } = await (await context.client()).list('Node');
    context.print(renderObjects('Node', objects.filter(({ metadata }) => nodes.some(({ nodeName }) => nodeName === metadata.name)), false, context.now()));
    context.print(`Docker of node N: DOCKER_HOST=unix://${layout.folder}/N/docker.sock\n`);
  },
};
