import { block, hasStatus } from './derive-inputs.ts';
import type { KindFacts, Sources } from './load.ts';

/** `spec.nodeName` → `nodeName`, `involvedObject.kind` → `involvedObjectKind`, `type` → `type`. */
export function filterName(path: string): string {
  const steps = path.split('.').filter((step, i) => !(i === 0 && ['spec', 'status', 'metadata'].includes(step)));
  return steps.map((step, i) => (i ? step[0]!.toUpperCase() + step.slice(1) : step)).join('');
}

/** What `where` and `orderBy` of a kind accept, by name, with the path that each stands for. */
export function filterPaths(kind: KindFacts): ReadonlyMap<string, string> {
  const common = ['metadata.name', ...(kind.scope === 'NAMESPACED' ? ['metadata.namespace'] : []), 'metadata.uid', 'metadata.creationTimestamp'];
  return new Map([...common, ...kind.fields].map((path) => [filterName(path), path]));
}

/** `nodeName` → `NODE_NAME`, `podIP` → `POD_IP`. */
export function enumName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

/** `Pod` → `pod`, `ClusterIPClaim` → `clusterIPClaim`, `PodCIDRClaim` → `podCIDRClaim`. */
export function singular(kind: KindFacts): string {
  return kind.name[0]!.toLowerCase() + kind.name.slice(1);
}

/** SDL of lists, payloads, change events and root fields of every kind. */
export function deriveRoots(sources: Sources): string {
  return [...sources.kinds.map((kind) => deriveKind(sources, kind)), deriveChangeInput(sources)].join('\n\n');
}

const dryRun = '"Run everything but the commit."\ndryRun: Boolean = false';

function deriveKind(sources: Sources, kind: KindFacts): string {
  const K = kind.name, one = singular(kind), filters = [...filterPaths(kind).keys()];
  const status = hasStatus(sources.types.get(K)!);
  const namespaceArgument = kind.scope === 'NAMESPACED' ? '"The namespace."\nnamespace: String = "default"\n' : '';
  const key = `${namespaceArgument}"The name."\nname: String!`;
  const narrow = `${kind.scope === 'NAMESPACED' ? '"Only this namespace; all of them where left out."\nnamespace: String\n' : ''}`
    + `"Kubernetes' text form: \`app=web,tier in (front,back),!canary\`."\nlabelSelector: String\n"Conditions on fields; all must hold."\nwhere: ${K}Where`;
  const minRevision = '"Wait until the answer is at least as new as this."\nminRevision: Revision';
  return [
    block(`type ${K}Connection`, `A page of ${kind.plural}.`, [
      `"The page, with cursors."\nedges: [${K}Edge!]!`, `"The page."\nnodes: [${K}!]!`, `"Where the page stands."\npageInfo: PageInfo!`,
      `"How many there are in all."\ntotalCount: Int!`, `"How many follow this page."\nremainingItemCount: Int!`, `"The revision that every page of this list shows."\nrevision: Revision!`]),
    block(`type ${K}Edge`, `A ${K} and its place in the list.`, [`"Its place."\ncursor: String!`, `"The object."\nnode: ${K}!`]),
    block(`type ${K}Change`, `A change seen by a subscription to ${kind.plural}.`, [
      `"What happened."\ntype: ChangeType!`, `"When; give it as afterRevision to go on from here."\nrevision: Revision!`, `"The object; for DELETED its last state, null for BOOKMARK."\nobject: ${K}`]),
    block(`type ${K}Payload`, `Outcome of a change to a ${K}.`, [`"The object after the change; after a deletion its last state."\n${one}: ${K}!`, `"The revision of the change; null in a dry run and when nothing changed."\nrevision: Revision`]),
    block(`input ${K}Where`, `Conditions on fields of a ${K}; all must hold.`, [...filters.map((f) => `"On ${filterPaths(kind).get(f)!}; true, false and numbers compare as text."\n${f}: StringFilter`),
      `"None of these may hold."\nnot: ${K}Where`, `"At least one of these must hold."\nor: [${K}Where!]`]),
    block(`enum ${K}OrderField`, `What ${kind.plural} can be ordered by.`, filters.map((f) => `"By ${filterPaths(kind).get(f)!}."\n${enumName(f)}`)),
    block(`input ${K}Order`, `One step of an order; ties are broken by namespace and name.`, [`"The field."\nfield: ${K}OrderField!`, `"ASC where left out."\ndirection: OrderDirection = ASC`]),
    block('extend type Query', undefined, [
      `"One ${K}; null where there is none."\n${one}(${key}\n${minRevision}): ${K}`,
      `"A list of ${kind.plural}; by namespace and name where no order is given. All pages of one list show one revision; EXPIRED when it is too long ago."\n${kind.plural}(${narrow}\n"Most important first."\norderBy: [${K}Order!]\n`
      + `"How many from the start; 100 where neither first nor last is given, 1000 at most."\nfirst: Int\n"After this cursor."\nafter: String\n"How many from the end."\nlast: Int\n"Before this cursor."\nbefore: String\n${minRevision}): ${K}Connection!`]),
    block('extend type Mutation', undefined, [
      `"Makes a ${K}. ALREADY_EXISTS where the name is taken."\ncreate${K}("The object."\ninput: ${K}Input!\n${dryRun}): ${K}Payload!`,
      `"Replaces the wanted state of a ${K}; metadata.resourceVersion is required, CONFLICT when it is stale."\nupdate${K}("The object."\ninput: ${K}Input!\n${dryRun}): ${K}Payload!`,
      ...(status ? [`"Replaces the observed state of a ${K}."\nupdate${K}Status(${key}\n"Only this uid."\nuid: ID\n"Only this revision."\nresourceVersion: Revision\n"The observed state."\nstatus: ${K}StatusInput!\n${dryRun}): ${K}Payload!`] : []),
      `"Changes parts of a ${K}."\npatch${K}(${key}\n"The changes."\npatch: ${K}Patch!\n${dryRun}): ${K}Payload!`,
      `"Makes or changes a ${K} so that the given fields are as given; fields that this manager applied before and now leaves out are removed. CONFLICT names the other manager of a field."\n`
      + `apply${K}(${key}\n"Who applies."\nfieldManager: String!\n"Take over fields of other managers."\nforce: Boolean = false\n"The fields."\ninput: ${K}Patch!\n${dryRun}): ${K}Payload!`,
      `"Deletes a ${K}."\ndelete${K}(${key}\n"What happens to what it owns; see the kind for the default."\npropagationPolicy: PropagationPolicy\n"Seconds before it is forced; 0 at once."\ngracePeriodSeconds: Int\n"Only this uid."\nuid: ID\n"Only this revision."\nresourceVersion: Revision\n${dryRun}): ${K}Payload!`]),
    block('extend type Subscription', undefined, [
      `"The current ${kind.plural} as ADDED, a BOOKMARK, then every change in order. With afterRevision only what came after it; EXPIRED when that is too long ago."\n${kind.plural}(${narrow}\n"Go on after this revision."\nafterRevision: Revision): ${K}Change!`]),
  ].join('\n\n');
}

function deriveChangeInput(sources: Sources): string {
  const fields = sources.kinds.flatMap((kind) => [
    `"Makes a ${kind.name}."\ncreate${kind.name}: ${kind.name}Input`,
    `"Replaces the wanted state of a ${kind.name}."\nupdate${kind.name}: ${kind.name}Input`,
    `"Changes parts of a ${kind.name}."\npatch${kind.name}: ${kind.name}PatchChange`,
    `"Deletes a ${kind.name}."\ndelete${kind.name}: DeleteChange`,
  ]);
  const patches = sources.kinds.map((kind) => block(`input ${kind.name}PatchChange`, `Changes parts of one ${kind.name}.`, [
    ...(kind.scope === 'NAMESPACED' ? ['"The namespace."\nnamespace: String = "default"'] : []), '"The name."\nname: String!', `"The changes."\npatch: ${kind.name}Patch!`]));
  return [
    ...patches,
    block('input DeleteChange', 'Deletes one object.', ['"Its namespace, for kinds that have one."\nnamespace: String = "default"', '"Its name."\nname: String!', '"Only this uid."\nuid: ID', '"Only this revision."\nresourceVersion: Revision',
      '"What happens to what it owns."\npropagationPolicy: PropagationPolicy', '"Seconds before it is forced."\ngracePeriodSeconds: Int']),
    block('input ChangeInput @oneOf', 'One change of a change set; exactly one field.', fields),
  ].join('\n\n');
}
