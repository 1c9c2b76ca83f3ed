/** An IPv4 address as a number, or undefined for anything else. Read letter by letter: it is asked for every backend of every Service. */
function toNumber(address: string): number | undefined {
  let sum = 0, part = 0, digits = 0, dots = 0;
  for (let i = 0; i < address.length; i += 1) {
    const code = address.charCodeAt(i);
    if (code === 46) {
      if (digits === 0 || (dots += 1) > 3) return undefined;
      sum = sum * 256 + part;
      part = digits = 0;
      continue;
    }
    if (code < 48 || code > 57 || (digits > 0 && part === 0)) return undefined;
    part = part * 10 + code - 48;
    digits += 1;
    if (part > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? sum * 256 + part : undefined;
}

interface Range {
  /** The first part of its addresses' numbers, and by what to divide to get it. */
  readonly prefix: number;
  readonly size: number;
}

const parsed = new Map<string, Range>();

/** A range such as `10.244.0.0/16`; parsed once, as a node knows only a handful. */
function toRange(cidr: string): Range {
  let range = parsed.get(cidr);
  if (!range) {
    const [base = '', bits = '32'] = cidr.split('/');
    const size = 2 ** (32 - Number(bits));
    range = { prefix: Math.floor((toNumber(base) ?? Number.NaN) / size), size };
    parsed.set(cidr, range);
  }
  return range;
}

/** Whether an IPv4 address lies in a range such as `10.244.0.0/16`. False for anything that is no IPv4 address. */
export function isInRange(address: string, cidr: string): boolean {
  const number = toNumber(address);
  if (number === undefined) return false;
  const { prefix, size } = toRange(cidr);
  return Math.floor(number / size) === prefix;
}

/**
 * The same addresses as ranges that do not overlap, as nft prints them: `10.0.0.0/8`, and single addresses without a length. Ranges that are not of IPv4 are
 * passed over.
 */
export function mergeRanges(ranges: readonly string[]): readonly string[] {
  const known = new Map(ranges.flatMap((text) => {
    const [address = '', bits = '32'] = text.split('/');
    const number = toNumber(address), size = 2 ** (32 - Number(bits));
    return number === undefined ? [] : [[`${toText(number - (number % size))}/${Number(bits)}`, { first: number - (number % size), size }] as const];
  }));
  const isWithin = (text: string, one: { first: number; size: number }) => [...known].some(([other, { first, size }]) => other !== text && one.size < size && one.first >= first && one.first < first + size);
  return [...known].filter(([text, one]) => !isWithin(text, one)).map(([text]) => text.replace(/\/32$/, '')).sort();
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** Whether packets may be sent to an address on behalf of who wrote it into an object: it means neither the node itself nor many. */
export function isUsableAddress(address: string): boolean {
  const number = toNumber(address);
  if (number === undefined) return false;
  const first = Math.floor(number / 2 ** 24);
  return first !== 0 && first !== 127 && first < 224 && Math.floor(number / 2 ** 16) !== 169 * 256 + 254;
}
