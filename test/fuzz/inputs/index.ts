import type * as fc from 'fast-check';
import { fuzzDocument } from './documents.ts';
import { post } from './fuzz-input.ts';
import type { FuzzInput } from './fuzz-input.ts';
import { fuzzManifests } from './manifests.ts';
import { fuzzMessages } from './messages.ts';
import { fuzzMutations } from './mutations.ts';
import { fuzzRequests } from './requests.ts';
import { fuzzVariables } from './variables.ts';

/** Every kind of malformed input, by what it is about. */
export const fuzzInputs: Readonly<Record<string, fc.Arbitrary<FuzzInput>>> = {
  documents: fuzzDocument.map((query) => post({ query })),
  variables: fuzzVariables,
  manifests: fuzzManifests,
  mutations: fuzzMutations,
  messages: fuzzMessages,
  tokens: fuzzRequests,
};

/** Sorts whose inputs may be right after all, and then change the store. All others change nothing. */
export const changingSorts: ReadonlySet<string> = new Set(['mutations']);
