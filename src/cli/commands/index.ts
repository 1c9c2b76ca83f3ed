import type { Command } from '../command.ts';
import { apply } from './apply.ts';
import { cordon, uncordon } from './cordon.ts';
import { devNodes } from './dev-nodes.ts';
import { dns } from './dns.ts';
import { drain } from './drain.ts';
import { get } from './get.ts';
import { logs } from './logs.ts';
import { nodeJoin } from './node-join.ts';
import { nodeToken } from './node-token.ts';

/** Every command by its words. */
export const commands: Readonly<Record<string, Command>> = {
  'get': get,
  'apply': apply,
  'logs': logs,
  'dns': dns,
  'cordon': cordon,
  'uncordon': uncordon,
  'drain': drain,
  'node token': nodeToken,
  'node join': nodeJoin,
  'dev nodes': devNodes,
};
