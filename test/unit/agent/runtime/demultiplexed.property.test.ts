import fc from 'fast-check';
import { expect, it } from 'vitest';
import { demultiplexed } from '../../../../agent/runtime/docker/demultiplexed.ts';

const frame = (bytes: Uint8Array): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = 1;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
};

async function collect(chunks: readonly Buffer[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of demultiplexed((async function* () { yield* chunks; })())) parts.push(part);
  return Buffer.concat(parts);
}

it('output comes without the headers between its pieces, however the connection cuts it', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 30 })), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), async (pieces, cuts) => {
    let rest = Buffer.concat(pieces.map(frame));
    const chunks: Buffer[] = [];
    for (let at = 0; rest.length > 0; at += 1) {
      const size = cuts[at % cuts.length]!;
      chunks.push(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    expect(await collect(chunks)).toEqual(Buffer.concat(pieces));
  }));
});
