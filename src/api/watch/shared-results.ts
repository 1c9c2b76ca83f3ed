/** Subscriptions whose results are the same text for the same event, for as long as one of them runs. */
export interface SharedMember {
  /** The text for an event; made once for all members of the group. */
  text(event: object, make: () => Promise<string>): Promise<string>;
  leave(): void;
}

interface Group {
  members: number;
  /** Kept as long as somebody still has the event. */
  readonly texts: WeakMap<object, Promise<string>>;
}

/** Lets equal subscriptions share the work of executing and of writing as text. */
export class SharedResults {
  readonly #groups = new Map<string, Group>();

  /** `onResult` hears whether a text was made for this member or taken from another. */
  constructor(readonly onResult: (source: 'executed' | 'shared') => void) {}

  /** `key` must be equal only where the same event gives the same result: document, variables, authority. */
  join(key: string): SharedMember {
    const group = this.#groups.get(key) ?? { members: 0, texts: new WeakMap() };
    this.#groups.set(key, group);
    group.members += 1;
    let isMember = true;
    return {
      text: (event, make) => {
        const known = group.texts.get(event);
        this.onResult(known ? 'shared' : 'executed');
        if (known) return known;
        const made = make();
        if (group.members > 1) group.texts.set(event, made);
        return made;
      },
      leave: () => {
        if (!isMember) return;
        isMember = false;
        group.members -= 1;
        if (group.members === 0) this.#groups.delete(key);
      },
    };
  }
}
