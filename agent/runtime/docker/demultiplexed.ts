const headerBytes = 8;

/** Takes away the headers of 8 bytes that Docker puts before every piece of output; the last four hold its length. What is cut off in the middle is given as far as it came. */
export async function* demultiplexed(source: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer, void, undefined> {
  let header = Buffer.alloc(0);
  let left = 0;
  for await (const chunk of source) {
    let rest = Buffer.from(chunk as Buffer);
    while (rest.length > 0) {
      if (left > 0) {
        yield rest.subarray(0, left);
        [left, rest] = [Math.max(0, left - rest.length), rest.subarray(left)];
        continue;
      }
      const missing = headerBytes - header.length;
      header = Buffer.concat([header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (header.length < headerBytes) continue;
      left = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  }
}
