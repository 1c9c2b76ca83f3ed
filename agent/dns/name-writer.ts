/** Writes names into one message, each ending in a pointer to an equal ending before it. */
export interface NameWriter {
  /** Writes a name at an offset; where it ends, or undefined where it would pass `room`. Without pointers where `mayPoint` is false. */
  write(at: number, name: string, room: number, mayPoint?: boolean): number | undefined;
}

const mostPointed = 0x4000;

/** A writer for a message whose first name, that of the question, is already there at `firstName`. */
export function createNameWriter(message: Buffer, firstName: number): NameWriter {
  const endings = readEndings(message, firstName);
  return {
    write(start, name, room, mayPoint = true) {
      const labels = name === '' || name === '.' ? [] : name.split('.');
      let at = start;
      for (let index = 0; index < labels.length; index += 1) {
        const ending = labels.slice(index).join('.');
        const known = endings.get(ending);
        if (known !== undefined && known < start && mayPoint) {
          if (at + 2 > room) return undefined;
          return message.writeUInt16BE(0xc000 | known, at);
        }
        const label = Buffer.from(labels[index] ?? '').subarray(0, 63);
        if (at + label.length + 2 > room) return undefined;
        if (at < mostPointed && known === undefined) endings.set(ending, at);
        message[at] = label.length;
        at += 1 + label.copy(message, at + 1);
      }
      if (at + 1 > room) return undefined;
      message[at] = 0;
      return at + 1;
    },
  };
}

/** Where every ending of the name at an offset begins. */
function readEndings(message: Buffer, firstName: number): Map<string, number> {
  const starts: { readonly at: number; readonly label: string }[] = [];
  for (let at = firstName, length = message[at] ?? 0; length > 0; at += length + 1, length = message[at] ?? 0) {
    starts.push({ at, label: message.toString('latin1', at + 1, at + 1 + length).toLowerCase() });
  }
  return new Map(starts.map(({ at }, index) => [starts.slice(index).map(({ label }) => label).join('.'), at]));
}
