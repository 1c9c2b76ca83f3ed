/** A function that works something out once for each object, for as long as the object is there. For objects that never change. */
export function onceFor<T extends object, R>(compute: (object: T) => R): (object: T) => R {
  const known = new WeakMap<T, { readonly result: R }>();
  return (object) => {
    let found = known.get(object);
    if (!found) known.set(object, found = { result: compute(object) });
    return found.result;
  };
}
