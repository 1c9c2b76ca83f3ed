/** A message as it goes over TCP: its length in two bytes, then itself. */
export function toFrame(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(2 + message.length);
  frame.writeUInt16BE(message.length, 0);
  message.copy(frame, 2);
  return frame;
}

/** Takes in what comes over TCP, in whatever pieces, and calls back with each whole message. */
export function createFrameReader(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    while (pending.length >= 2) {
      const end = 2 + pending.readUInt16BE(0);
      if (pending.length < end) return;
      const message = Buffer.from(pending.subarray(2, end));
      pending = pending.subarray(end);
      onMessage(message);
    }
  };
}
