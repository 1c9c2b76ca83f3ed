import { nextFrame } from '../websocket/frames.ts';

/** The text of a result; at once where nothing that makes it waits for anything. */
export type MakeResult<Event> = (event: Event) => string | Promise<string>;

/** Subscriptions whose results are the same text for the same event, for as long as one of them runs. */
export interface SharedMember {
  /** The message for an event, as the bytes of its frame: the text made once for all members of the group, the bytes once for all with the same id. */
  frame(event: object, make: MakeResult<object>): Buffer | Promise<Buffer>;
  leave(): void;
}

/** What a group made of an event. */
interface Made {
  text: string | Promise<string>;
  readonly frames: Map<string, Buffer>;
}

interface Group {
  members: number;
  /** Kept as long as somebody still has the event. */
  readonly made: WeakMap<object, Made>;
}

/** How results came about: made for the subscription that got them, or taken from an equal one. */
export interface ResultCounts {
  readonly executed: number;
  readonly shared: number;
}

/** Lets equal subscriptions share the work of executing, of writing as text, and of framing. */
export class SharedResults {
  readonly #groups = new Map<string, Group>();
  #executed = 0;
  #shared = 0;

  /** `key` must be equal only where the same event gives the same result: document, variables, authority. `idText` is the subscription's id as JSON text. */
  join(key: string, idText: string): SharedMember {
    const group = this.#groups.get(key) ?? { members: 0, made: new WeakMap() };
    this.#groups.set(key, group);
    group.members += 1;
    let isMember = true;
    return {
      frame: (event, make) => this.#frame(group, idText, event, make),
      leave: () => {
        if (!isMember) return;
        isMember = false;
        group.members -= 1;
        if (group.members === 0) this.#groups.delete(key);
      },
    };
  }

  /** What was counted since the last call. */
  takeCounts(): ResultCounts {
    const counts = { executed: this.#executed, shared: this.#shared };
    this.#executed = this.#shared = 0;
    return counts;
  }

  #frame(group: Group, idText: string, event: object, make: MakeResult<object>): Buffer | Promise<Buffer> {
    let made = group.made.get(event);
    if (made) this.#shared += 1;
    else {
      this.#executed += 1;
      made = { text: make(event), frames: new Map() };
      if (group.members > 1) group.made.set(event, made);
    }
    return framed(made, idText);
  }
}

function framed(made: Made, idText: string): Buffer | Promise<Buffer> {
  const known = made.frames.get(idText);
  if (known) return known;
  if (typeof made.text !== 'string') {
    return made.text.then((text) => {
      made.text = text;
      return framed(made, idText);
    });
  }
  const frame = nextFrame(idText, made.text);
  made.frames.set(idText, frame);
  return frame;
}
