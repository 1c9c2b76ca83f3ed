import type * as fc from 'fast-check';
import { fuzzDocument } from './documents.ts';
import { post } from './fuzz-input.ts';
import type { FuzzInput } from './fuzz-input.ts';
import { fuzzManifests } from './manifests.ts';
import { fuzzMessages } from './messages.ts';
import { fuzzRequests } from './requests.ts';
import { fuzzVariables } from './variables.ts';

/** Every kind of malformed input, by what it is about. */
export const fuzzInputs: Readonly<Record<string, fc.Arbitrary<FuzzInput>>> = {
  documents: fuzzDocument.map((query) => post({ query })),
  variables: fuzzVariables,
  manifests: fuzzManifests,
  messages: fuzzMessages,
  tokens: fuzzRequests,
};
