import { checkName } from '../../model/check-metadata.ts';
import type { Field } from '../../model/field.ts';
import type { ResourceRequirements } from '../../model/object.ts';
import { compareQuantities, isQuantity, readQuantity } from '../../model/quantity.ts';

/** What a container may ask for, besides huge pages and resources of others. */
const containerResources = ['cpu', 'memory', 'ephemeral-storage'] as const;
const nodeResources = [...containerResources, 'pods', 'storage'] as const;

/** Reports amounts of a node that are no quantities or below zero, and names of resources that are not known and have no domain. */
export function checkNodeAmounts(field: Field, amounts: Readonly<Record<string, string>>): void {
  checkAmounts(field, amounts, nodeResources);
}

function checkAmounts(field: Field, amounts: Readonly<Record<string, string>>, known: readonly string[]): void {
  for (const [name, text] of Object.entries(amounts)) {
    checkResourceName(field.key(name), name, known);
    checkAmount(field.key(name), text);
  }
}

/** Reports a text that is no quantity or below zero, and whether it was fine. */
export function checkAmount(field: Field, text: string): boolean {
  if (!isQuantity(text)) field.fail(`${JSON.stringify(text)} must be a quantity: a number with an optional suffix, such as "250m", "1.5", "64Mi" or "2G"`);
  else if (readQuantity(text).nanos < 0n) field.fail(`is ${text}; must be at least 0`);
  else return true;
  return false;
}

/** Reports what is wrong with what a container requests and is limited to. */
export function checkResources(field: Field, { limits, requests }: ResourceRequirements): void {
  const ownRequests = Object.fromEntries(Object.entries(requests).filter(([name, text]) => limits[name] !== text));
  checkAmounts(field.at('limits'), limits, containerResources);
  checkAmounts(field.at('requests'), ownRequests, containerResources);
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name];
    if (!isQuantity(request) || (limit !== undefined && !isQuantity(limit))) continue;
    if (limit !== undefined && compareQuantities(request, limit) > 0) field.at('requests').key(name).fail(`is ${request}; must be at most the limit, ${limit}`);
    if (isIndivisible(name)) checkIndivisible(field, name, request, limit);
  }
}

/** Resources of others, and huge pages, are given whole and never shared. */
function isIndivisible(name: string): boolean {
  return name.includes('/') || name.startsWith('hugepages-');
}

function checkIndivisible(field: Field, name: string, request: string, limit: string | undefined): void {
  if (limit === undefined || compareQuantities(request, limit) !== 0) field.at('requests').key(name).fail(`is ${request}; must equal the limit, ${limit ?? 'which is not set'}, because this resource can't be overcommitted`);
  if (readQuantity(request).nanos % 1_000_000_000n !== 0n) field.at('requests').key(name).fail(`is ${request}; must be a whole number`);
}

function checkResourceName(field: Field, name: string, known: readonly string[]): void {
  if (known.includes(name) || name.startsWith('hugepages-')) return;
  if (name.includes('/')) checkName(field, 'label-key', name);
  else field.fail(`must be ${known.join(', ')}, hugepages-<size>, or the name of a resource with its domain, such as "example.com/gpu"`);
}
