import { expect, test } from 'vitest';
import { isStaticElf } from '../../../examples/images/static-elf.mjs';

/** An ELF header with one program header of each type. */
function elf(...types: readonly number[]): Buffer {
  const file = Buffer.alloc(64 + 56 * types.length);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]).copy(file);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(types.length, 56);
  types.forEach((type, i) => file.writeUInt32LE(type, 64 + 56 * i));
  return file;
}

test('a program without an interpreter is static', () => expect(isStaticElf(elf(1, 1, 2))).toBe(true));
test('one that names its loader is not', () => expect(isStaticElf(elf(1, 3, 1))).toBe(false));
test.each([Buffer.from('#!/bin/sh\n'), Buffer.alloc(0), Buffer.alloc(200)])('what is no program is not', (file) => expect(isStaticElf(file)).toBe(false));
