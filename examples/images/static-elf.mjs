/**
 * Whether a program brings everything along that it needs, so that it runs in an otherwise empty image.
 * @param {Buffer} file at least the first kilobytes of the file
 * @returns {boolean} false also for anything that is no 64-bit little-endian ELF file
 */
export function isStaticElf(file) {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) return false;
  const start = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  const count = file.readUInt16LE(56);
  const interpreter = 3;
  for (let i = 0; i < count && start + (i + 1) * size <= file.length; i += 1) {
    if (file.readUInt32LE(start + i * size) === interpreter) return false;
  }
  return true;
}
