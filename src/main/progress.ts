import type { WriteStream } from 'node:tty';

type Out = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean | undefined };

/** Tells a person at a terminal what is being done: one line a step, and the seconds while one takes longer than a second. */
export interface Progress {
  /** Runs one step; its line ends with what `run` returns. `tell` replaces the text shown while it runs. A failure is shown and thrown on. */
  step(title: string, run: (tell: (text: string) => void) => Promise<string>): Promise<void>;
  /** Prints a line. */
  line(text?: string): void;
}

const width = 14;

/** Progress on a stream; on anything but a terminal without moving parts. */
export function createProgress(out: Out, now: () => number): Progress {
  const paint = (code: number, text: string) => (out.isTTY ? `\u001B[${code}m${text}\u001B[0m` : text);
  const line = (text = '') => { out.write(`${text}\n`); };
  return {
    line,
    async step(title, run) {
      const began = now();
      let text = '', shownSeconds = 0;
      const show = () => {
        const seconds = Math.floor((now() - began) / 1000);
        if (seconds < 1) return;
        if (out.isTTY) out.write(`\r\u001B[K  … ${title.padEnd(width)} ${text} ${paint(2, `${seconds}s`)}`);
        else if (seconds >= shownSeconds + 5) line(`  … ${title.padEnd(width)} ${text} ${shownSeconds = seconds}s`);
      };
      const timer = setInterval(show, 250);
      const end = (mark: string, result: string) => {
        clearInterval(timer);
        if (out.isTTY) out.write('\r\u001B[K');
        const took = now() - began;
        line(`  ${mark} ${title.padEnd(width)} ${result}${took >= 1000 ? paint(2, ` (${(took / 1000).toFixed(1)}s)`) : ''}`);
      };
      try {
        end(paint(32, '✓'), await run((next) => { text = next; show(); }));
      } catch (error) {
        end(paint(31, '✗'), error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
  };
}
