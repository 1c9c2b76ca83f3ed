import { leaderLeases } from '../../control/run-as-leader.ts';
import type { ApiContext } from '../context.ts';
import { readPodLogs } from '../node-requests/pod-logs.ts';
import type { PodLogsArgs } from '../node-requests/pod-logs.ts';
import type { FieldResolvers } from '../resolvers.ts';
import { guarded } from './root-field.ts';

/** The queries that belong to no kind. */
export const serverQueries: FieldResolvers = {
  revision: guarded<object>({
    operation: () => ({ type: 'verb', field: 'revision' }),
    run: (_args, context) => context.reading.snapshot().revision,
  }),
  server: guarded<object>({
    operation: () => ({ type: 'verb', field: 'server' }),
    run: (_args, { parts }) => ({ version: parts.version, id: parts.serverId }),
  }),
  podLogs: guarded<PodLogsArgs>({
    operation: () => ({ type: 'verb', field: 'podLogs' }),
    run: readPodLogs,
  }),
};

/** Fields of ServerInfo that cost something to know. */
export const serverInfo: FieldResolvers = {
  leader: (_server: unknown, _args: object, { parts }: ApiContext) => parts.store.leases.holder(leaderLeases.controllers),
};
