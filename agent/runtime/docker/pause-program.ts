/** Machine code of a program that holds a Pod's namespaces: it reaps orphans, waits for SIGTERM or SIGINT, and exits with 0. */

export type PauseArchitecture = 'amd64' | 'arm64';

const loadAddress = 0x400000;
const headerBytes = 64 + 56;

/** SIGTERM (15) and SIGINT (2) as a kernel signal set. */
const waitedSignals = (1n << 14n) | (1n << 1n);

/** `struct sigaction` that ignores SIGCHLD, so that the kernel reaps children, followed by the signal set. */
function data(): Buffer {
  const words = [1n, 0n, 0n, 0n, waitedSignals];
  const bytes = Buffer.alloc(words.length * 8);
  words.forEach((word, index) => bytes.writeBigUInt64LE(word, index * 8));
  return bytes;
}

const signalSetOffset = 32;

/**
 * The signals are blocked and then waited for: a blocked signal reaches even process 1, which has no default actions.
 *   rt_sigaction(SIGCHLD, &ignore, 0, 8); rt_sigprocmask(SIG_BLOCK, &set, 0, 8); while (rt_sigtimedwait(&set, 0, 0, 8) <= 0); exit(0)
 */
function amd64(dataAddress: number): Buffer {
  const address = (offset: number): number[] => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(dataAddress + offset);
    return [...bytes];
  };
  const start = [
    ...[0x6a, 13, 0x58], // push 13; pop rax: rt_sigaction
    ...[0x6a, 17, 0x5f], // push 17; pop rdi: SIGCHLD
    ...[0xbe, ...address(0)], // mov esi, &ignore
    ...[0x31, 0xd2], // xor edx, edx
    ...[0x6a, 8, 0x41, 0x5a], // push 8; pop r10
    ...[0x0f, 0x05], // syscall
    ...[0x6a, 14, 0x58], // rt_sigprocmask
    ...[0x31, 0xff], // xor edi, edi: SIG_BLOCK
    ...[0xbe, ...address(signalSetOffset)],
    ...[0x31, 0xd2],
    ...[0x0f, 0x05],
  ];
  const wait = [
    ...[0xb8, 128, 0, 0, 0], // mov eax, 128: rt_sigtimedwait
    ...[0xbf, ...address(signalSetOffset)], // mov edi, &set
    ...[0x31, 0xf6], // xor esi, esi
    ...[0x31, 0xd2],
    ...[0x0f, 0x05],
    ...[0x85, 0xc0], // test eax, eax
  ];
  const again = [0x7e, 0x100 - (wait.length + 2)]; // jle wait
  const exit = [0x6a, 60, 0x58, 0x31, 0xff, 0x0f, 0x05];
  return Buffer.from([...start, ...wait, ...again, ...exit]);
}

/** The same for arm64; one number per instruction. */
function arm64(dataAddress: number, codeAddress: number): Buffer {
  const words: number[] = [];
  const move = (register: number, value: number): unknown => words.push(0xd2800000 + value * 32 + register);
  const addressOf = (register: number, target: number): void => {
    const distance = target - (codeAddress + words.length * 4);
    words.push(0x10000000 + (distance & 3) * 2 ** 29 + ((distance >> 2) & 0x7ffff) * 32 + register);
  };
  const call = (number: number): void => {
    move(8, number);
    words.push(0xd4000001);
  };
  move(0, 17);
  addressOf(1, dataAddress);
  move(2, 0);
  move(3, 8);
  call(134);
  move(0, 0);
  addressOf(1, dataAddress + signalSetOffset);
  move(2, 0);
  call(135);
  const wait = words.length;
  addressOf(0, dataAddress + signalSetOffset);
  move(1, 0);
  move(2, 0);
  move(3, 8);
  call(137);
  words.push(0x7100001f); // cmp w0, #0
  words.push(0x54000000 + ((wait - words.length) & 0x7ffff) * 32 + 13); // b.le wait
  move(0, 0);
  call(93);
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => bytes.writeUInt32LE(word, index * 4));
  return bytes;
}

const machines = { amd64: 62, arm64: 183 } as const;

function elfHeader(architecture: PauseArchitecture, entry: number, totalBytes: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]).copy(header);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machines[architecture], 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(entry), 24);
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(64, 52);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt32LE(1, 64); // one loadable segment,
  header.writeUInt32LE(5, 68); // read and execute
  header.writeBigUInt64LE(BigInt(loadAddress), 80);
  header.writeBigUInt64LE(BigInt(loadAddress), 88);
  header.writeBigUInt64LE(BigInt(totalBytes), 96);
  header.writeBigUInt64LE(BigInt(totalBytes), 104);
  header.writeBigUInt64LE(0x10000n, 112);
  return header;
}

/** A static ELF executable of a few hundred bytes; always the same bytes. */
export function pauseProgram(architecture: PauseArchitecture): Buffer {
  const codeAddress = loadAddress + headerBytes;
  const values = data();
  const dataAddress = codeAddress;
  const code = architecture === 'amd64' ? amd64(dataAddress) : arm64(dataAddress, codeAddress + values.length);
  const entry = codeAddress + values.length;
  return Buffer.concat([elfHeader(architecture, entry, headerBytes + values.length + code.length), values, code]);
}
