import { bestScore } from './score.ts';
import type { Score } from './score.ts';

const megabyte = 1024 * 1024;
const leastBytes = 23 * megabyte;
const mostBytesPerContainer = 1000 * megabyte;

/** Prefers nodes that have the Pod's images, by their size; an image that few nodes have counts less, so that Pods do not crowd on one node. */
export const imageLocality: Score = {
  scope: 'node',
  weight: 1,
  normalize: 'none',
  prepare: ({ images }, { imageNodes, nodeCount }) => {
    const known = images.filter((image) => imageNodes.has(image)).map((image) => ({ image, part: imageNodes.get(image)! / nodeCount }));
    if (known.length === 0) return undefined;
    const mostBytes = mostBytesPerContainer * images.length;
    return (node) => {
      const bytes = known.reduce((sum, { image, part }) => sum + Math.floor((node.images.get(image) ?? 0) * part), 0);
      return Math.floor((bestScore * (Math.min(mostBytes, Math.max(leastBytes, bytes)) - leastBytes)) / (mostBytes - leastBytes));
    };
  },
};
