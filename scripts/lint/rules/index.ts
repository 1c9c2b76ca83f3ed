import type { Rule } from '../rule.ts';
import { docstrings } from './docstrings.ts';
import { fileLength } from './file-length.ts';
import { layers } from './layers.ts';
import { place } from './place.ts';
import { purity } from './purity.ts';
import { reserved } from './reserved.ts';

/** All rules for TypeScript files, by name. */
export const rules: Readonly<Record<'layers' | 'reserved' | 'place' | 'purity' | 'file-length' | 'docstrings', Rule>> = {
  layers, reserved, place, purity, 'file-length': fileLength, docstrings,
};
