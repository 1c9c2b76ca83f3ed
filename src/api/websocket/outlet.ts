import type { Duplex } from 'node:stream';
import type { Flushable, Gathering } from './gathering.ts';

/** What has gathered to this much is written at once. */
const mostGatheredBytes = 65_536;

let lastFrames: readonly Buffer[] = [], lastJoined: Buffer = Buffer.alloc(0);

/** The way of whole WebSocket frames to one connection: gathered between rounds, then written as one. Its owner flushes it before it sends by any other way. */
export class Outlet implements Flushable {
  #frames: Buffer[] = [];
  #bytes = 0;
  #isDue = false;
  readonly #waiting = new Set<() => void>();

  /** `isOpen` says whether messages may still be sent; what is left when they may not is dropped. */
  constructor(readonly socket: Duplex, readonly gathering: Gathering, readonly isOpen: () => boolean) {
    socket.on('drain', this.#tellRoom);
  }

  /** Whether the connection takes more. */
  get hasRoom(): boolean {
    return !this.socket.writableNeedDrain;
  }

  /** Calls once when there is room again. */
  whenRoom(wake: () => void): void {
    this.#waiting.add(wake);
  }

  /** Sends a frame with the next round. `arrivedMs` is when its news came. */
  push(frame: Buffer, arrivedMs: number | undefined): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
    if (arrivedMs !== undefined) this.gathering.arrived(arrivedMs);
    if (this.#bytes >= mostGatheredBytes) return this.flush();
    if (this.#isDue) return;
    this.#isDue = true;
    this.gathering.add(this);
  }

  /** Writes what has gathered. */
  flush(): void {
    this.#isDue = false;
    const frames = this.#frames;
    if (frames.length === 0) return;
    this.#frames = [];
    this.#bytes = 0;
    if (this.isOpen()) this.socket.write(joined(frames));
  }

  readonly #tellRoom = (): void => {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  };
}

/** Equal subscribers get equal frames in equal order, so the bytes of one serve the next. */
function joined(frames: readonly Buffer[]): Buffer {
  const [only] = frames;
  if (frames.length === 1 && only) return only;
  if (frames.length !== lastFrames.length || frames.some((frame, i) => frame !== lastFrames[i])) {
    lastJoined = Buffer.concat(frames);
    lastFrames = frames;
  }
  return lastJoined;
}
