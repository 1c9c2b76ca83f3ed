/** What a node is asked for; see PodLogsRequest in the schema. */
export interface PodLogsRequest {
  readonly podUid: string;
  readonly container: string;
  readonly tailLines?: number | undefined;
  readonly sinceSeconds?: number | undefined;
  readonly timestamps: boolean;
  readonly previous: boolean;
  readonly follow: boolean;
}

/** From a reader's server to the one that holds the node's subscription. */
export type ToNode =
  | { readonly type: 'ask'; readonly id: string; readonly podLogs: PodLogsRequest }
  /** The reader is still there. */
  | { readonly type: 'want'; readonly id: string }
  | { readonly type: 'cancel'; readonly id: string }
  /** Another subscription of the same node takes over. */
  | { readonly type: 'attend'; readonly attendance: string };

/** Back to the reader's server. */
export type ToReader =
  /** The node's subscription has the request. */
  | { readonly type: 'heard' }
  /** Base64. */
  | { readonly type: 'data'; readonly data: string }
  | { readonly type: 'done' }
  | { readonly type: 'error'; readonly message: string };

/** Topic of everything for one node. */
export const nodeTopic = (nodeName: string): string => `node/${nodeName}`;

/** Topic of the answers to one request. */
export const answerTopic = (requestId: string): string => `answer/${requestId}`;

/** Topic on which every server hears that nobody wants a request's answers any more. */
export const endedTopic = 'answers-ended';

/** A request's id tells which node may answer it. */
export function requestIdFor(nodeName: string, uuid: string): string {
  return `${uuid}.${nodeName}`;
}

/** The node that may answer a request. */
export function nodeOfRequest(requestId: string): string {
  return requestId.slice(requestId.indexOf('.') + 1);
}
