import type { Filter } from './filter.ts';

/** A Pod that names its node goes to no other. */
export const nodeName: Filter = {
  scope: 'node',
  retriedOn: [],
  prepare: ({ pod }) => {
    const wanted = pod.spec.nodeName;
    return wanted === undefined ? undefined : { accepts: ({ name }) => name === wanted, explain: () => ["node(s) didn't match the requested node name"] };
  },
};
