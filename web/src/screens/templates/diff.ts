/** A line of a comparison of two texts. Lines are counted from 1; an added one has no old number, a removed one no new. */
export type DiffLine = { kind: 'same' | 'added' | 'removed'; text: string; old?: number; new?: number }

/** What has to be removed from one text and added to it to make the other: the fewest lines of both, as long as what differs is not huge. */
export function diffOf(before: string, after: string): DiffLine[] {
  const one = linesOf(before)
  const other = linesOf(after)
  let head = 0
  while (head < Math.min(one.length, other.length) && one[head] === other[head]) head += 1
  let tail = 0
  while (tail < Math.min(one.length, other.length) - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1
  const kept = common(one.slice(head, one.length - tail), other.slice(head, other.length - tail))
  const pairs = [
    ...Array.from({ length: head }, (_, at): Pair => [at, at]),
    ...kept.map(([a, b]): Pair => [a + head, b + head]),
    ...Array.from({ length: tail }, (_, at): Pair => [one.length - tail + at, other.length - tail + at]),
  ]
  const found: DiffLine[] = []
  let [a, b] = [0, 0]
  for (const [nextA, nextB] of [...pairs, [one.length, other.length] satisfies Pair]) {
    for (; a < nextA; a += 1) found.push({ kind: 'removed', text: one[a] ?? '', old: a + 1 })
    for (; b < nextB; b += 1) found.push({ kind: 'added', text: other[b] ?? '', new: b + 1 })
    if (a < one.length && b < other.length) found.push({ kind: 'same', text: one[a] ?? '', old: a + 1, new: b + 1 })
    a += 1
    b += 1
  }
  return found
}

/** Changes with a few lines around them; `skipped` says how many equal lines come before each piece. */
export function hunks(lines: readonly DiffLine[], around = 3): { skipped: number; lines: DiffLine[] }[] {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== 'same'))
  const found: { skipped: number; lines: DiffLine[] }[] = []
  let skipped = 0
  lines.forEach((line, at) => {
    if (!near[at]) {
      skipped += 1
      return
    }
    const last = found.at(-1)
    if (last && skipped === 0) last.lines.push(line)
    else found.push({ skipped, lines: [line] })
    skipped = 0
  })
  return found
}

type Pair = [old: number, new: number]

/** Beyond this many comparisons the whole of what differs counts as replaced. */
const most = 4_000_000

/** Indices of a longest common subsequence. */
function common(one: readonly string[], other: readonly string[]): Pair[] {
  if (one.length * other.length > most) return []
  const width = other.length + 1
  const longest = new Uint32Array((one.length + 1) * width)
  const at = (a: number, b: number) => longest[a * width + b] ?? 0
  for (let a = one.length - 1; a >= 0; a -= 1)
    for (let b = other.length - 1; b >= 0; b -= 1)
      longest[a * width + b] = one[a] === other[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1))
  const pairs: Pair[] = []
  let [a, b] = [0, 0]
  while (a < one.length && b < other.length) {
    if (one[a] === other[b]) pairs.push([a++, b++])
    else if (at(a + 1, b) >= at(a, b + 1)) a += 1
    else b += 1
  }
  return pairs
}

/** A newline at the very end makes no line of its own. */
const linesOf = (text: string) => (text === '' ? [] : text.replace(/\r\n/g, '\n').replace(/\n$/, '').split('\n'))
