/** Cuts text that arrives in parts into lines; a part may end within a line or a character. */
export class LogLines {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** The lines that a part completes, without their ends. */
  push(part: Uint8Array): readonly string[] {
    const lines = (this.#rest + this.#decoder.decode(part, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map(withoutReturn);
  }

  /** The last line, where it has no end. */
  end(): readonly string[] {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    return rest === '' ? [] : [withoutReturn(rest)];
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
