/** The known word that was probably meant, or undefined when none is near: as many slips as a third of it, case aside. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: { candidate: string; slips: number } | undefined
  for (const candidate of known) {
    const most = Math.max(1, Math.floor(candidate.length / 3))
    if (Math.abs(candidate.length - word.length) > most) continue
    const slips = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (slips <= most && (!best || slips < best.slips)) best = { candidate, slips }
  }
  return best?.candidate
}

/** Letters to insert, delete, replace, or swap with their neighbour, to make one word of the other. */
function editDistance(a: string, b: string): number {
  let above: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(above, j - 2) + 1 : Number.POSITIVE_INFINITY
      next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, changed, swapped))
    }
    above = row
    row = next
  }
  return at(row, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
