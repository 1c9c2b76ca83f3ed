import { guarded } from '../objects/root-field.ts';
import type { FieldResolvers } from '../resolvers.ts';
import { applyManifests } from './apply-manifests.ts';
import { commitChangeSet } from './commit-change-set.ts';
import { cordonNode, uncordonNode } from './cordon-node.ts';
import { createJoinToken } from './create-join-token.ts';
import { drainNode } from './drain-node.ts';
import { evictPod } from './evict-pod.ts';
import { joinNode } from './join-node.ts';
import { confirmNodeCredential, revokeNodeCredentials, rotateNodeCredential } from './node-credentials.ts';
import { pauseDeployment, resumeDeployment } from './pause-deployment.ts';
import { recordEvent, recordEvents } from './record-event.ts';
import { renewNodeLease } from './renew-node-lease.ts';
import { restartDeployment } from './restart-deployment.ts';
import { rollbackDeployment } from './rollback-deployment.ts';
import { revokeJoinToken } from './revoke-join-token.ts';
import { scaleDeployment, scaleReplicaSet } from './scale.ts';
import { sendNodeResponse } from './send-node-response.ts';

/** The mutations that are written by hand; the others follow from the kinds. */
export const verbs: FieldResolvers = {
  applyManifests: guarded(applyManifests),
  commitChangeSet: guarded(commitChangeSet),
  cordonNode: guarded(cordonNode),
  confirmNodeCredential: guarded(confirmNodeCredential),
  createJoinToken: guarded(createJoinToken),
  drainNode: guarded(drainNode),
  evictPod: guarded(evictPod),
  joinNode: guarded(joinNode),
  pauseDeployment: guarded(pauseDeployment),
  recordEvent: guarded(recordEvent),
  recordEvents: guarded(recordEvents),
  renewNodeLease: guarded(renewNodeLease),
  restartDeployment: guarded(restartDeployment),
  resumeDeployment: guarded(resumeDeployment),
  revokeJoinToken: guarded(revokeJoinToken),
  revokeNodeCredentials: guarded(revokeNodeCredentials),
  rollbackDeployment: guarded(rollbackDeployment),
  rotateNodeCredential: guarded(rotateNodeCredential),
  scaleDeployment: guarded(scaleDeployment),
  scaleReplicaSet: guarded(scaleReplicaSet),
  sendNodeResponse: guarded(sendNodeResponse),
  uncordonNode: guarded(uncordonNode),
};
