import { kindNames } from '../model/object.ts';
import { edges } from './edges/index.ts';
import { followPodLogs } from './node-requests/pod-logs.ts';
import type { PodLogsArgs } from './node-requests/pod-logs.ts';
import { kindMutations } from './objects/kind-mutations.ts';
import { kindQueries } from './objects/kind-queries.ts';
import { kindSubscriptions } from './objects/kind-subscriptions.ts';
import { guardedSubscription } from './objects/root-field.ts';
import { serverInfo, serverQueries } from './objects/server-queries.ts';
import type { Resolvers } from './resolvers.ts';
import { verbs } from './verbs/index.ts';
import type { NodeWorkHub } from './watch/node-work-hub.ts';

interface NodeArgs {
  readonly nodeName: string;
}

/** Everything that answers a field: what follows from the kinds, and what is written by hand. */
export function allResolvers(nodeWork: NodeWorkHub): Resolvers {
  return {
    types: {
      ...edges,
      Query: { ...Object.assign({}, ...kindNames.map(kindQueries)), ...serverQueries },
      Mutation: { ...Object.assign({}, ...kindNames.map(kindMutations)), ...verbs },
      ServerInfo: serverInfo,
    },
    subscriptions: {
      ...Object.assign({}, ...kindNames.map(kindSubscriptions)),
      podLogs: guardedSubscription<PodLogsArgs>({ operation: () => ({ type: 'verb', field: 'podLogs' }), run: followPodLogs }),
      nodeWork: guardedSubscription<NodeArgs>({
        operation: ({ nodeName }) => ({ type: 'verb', field: 'nodeWork', nodeName }),
        run: ({ nodeName }, context) => nodeWork.watch(nodeName, context),
      }),
      nodeRequests: guardedSubscription<NodeArgs>({
        operation: ({ nodeName }) => ({ type: 'verb', field: 'nodeRequests', nodeName }),
        run: ({ nodeName }, context) => context.parts.nodeRequests.attend(nodeName),
      }),
    },
  };
}
