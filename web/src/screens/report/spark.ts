/** One unbroken piece of a line: an SVG path, or a lone point that a path would not show. */
export type Piece = { path: string } | { point: readonly [x: number, y: number] }

/** Lines drawn over each other at one scale, inside a box. Where a value is missing the line is broken, never drawn at zero. */
export function pieces(lines: readonly (readonly (number | null)[])[], width: number, height: number): Piece[][] {
  const values = lines.flat().filter((value) => value !== null)
  const low = Math.min(...values)
  const high = Math.max(...values)
  const last = Math.max(1, ...lines.map((line) => line.length - 1))
  const x = (at: number) => round((at / last) * width)
  const y = (value: number) => round(high === low ? height / 2 : height - ((value - low) / (high - low)) * height)
  return lines.map((line) => {
    const found: Piece[] = []
    let open: (readonly [number, number])[] = []
    const close = () => {
      const [first, ...rest] = open
      if (first) found.push(rest.length === 0 ? { point: first } : { path: `M${open.map((point) => point.join(' ')).join('L')}` })
      open = []
    }
    line.forEach((value, at) => {
      if (value === null) close()
      else open.push([x(at), y(value)])
    })
    close()
    return found
  })
}

const round = (value: number) => Math.round(value * 10) / 10
