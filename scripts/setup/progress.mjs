const width = 14;

/** A failure that has been explained to the person; no stack trace helps. */
export class SetupError extends Error {
  /** @param {string} message one line @param {readonly string[]} [lines] what to do */
  constructor(message, lines = []) {
    super(message);
    this.name = 'SetupError';
    this.lines = lines;
  }
}

/**
 * Runs one step of set-up and tells about it in one line, with the seconds while it takes longer than one.
 * @param {string} title
 * @param {(tell: (text: string) => void) => Promise<string>} run its result ends the line
 */
export async function step(title, run) {
  const out = process.stdout;
  const began = Date.now();
  let text = '';
  let shownSeconds = 0;
  const timer = setInterval(() => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    if (seconds < 1) return;
    if (out.isTTY) out.write(`\r\u001B[K  … ${title.padEnd(width)} ${text} ${seconds}s`);
    else if (seconds >= shownSeconds + 5) out.write(`  … ${title.padEnd(width)} ${text} ${shownSeconds = seconds}s\n`);
  }, 250);
  const end = (mark, color, result) => {
    clearInterval(timer);
    const took = Date.now() - began;
    const painted = out.isTTY ? `\r\u001B[K  \u001B[${color}m${mark}\u001B[0m` : `  ${mark}`;
    out.write(`${painted} ${title.padEnd(width)} ${result}${took >= 1000 ? ` (${(took / 1000).toFixed(1)}s)` : ''}\n`);
  };
  try {
    end('✓', 32, await run((next) => { text = next; }));
  } catch (error) {
    end('✗', 31, error instanceof Error ? error.message : String(error));
    throw error;
  }
}
