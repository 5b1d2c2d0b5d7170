import './charts.css'

/** A line without axes, beside a number that says what it is. A null is a gap. */
export function Sparkline({
  values,
  text,
  colour = '--canary',
  width = 96,
  height = 24,
}: {
  values: readonly (number | null)[]
  /** What it shows, in a sentence. */
  text: string
  colour?: string
  width?: number
  height?: number
}) {
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={text}
      style={{ color: `var(${colour})` }}
    >
      <title>{text}</title>
      {paths(values, width, height).map((d) => (
        <path key={d} d={d} fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round" />
      ))}
    </svg>
  )
}

/** One path for each stretch without gaps, within the box. A value alone becomes a dot. */
export function paths(values: readonly (number | null)[], width: number, height: number): string[] {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return []
  const low = Math.min(...known)
  const span = Math.max(...known) - low || 1
  const x = (index: number) => (2 + (index / Math.max(values.length - 1, 1)) * (width - 4)).toFixed(1)
  const y = (value: number) => (height - 3 - ((value - low) / span) * (height - 6)).toFixed(1)
  const drawn: string[] = []
  let open: string[] = []
  const close = () => {
    if (open.length === 1) drawn.push(`M${open[0]} h0.01`)
    else if (open.length > 1) drawn.push(`M${open.join(' L')}`)
    open = []
  }
  values.forEach((value, index) => {
    if (value === null) close()
    else open.push(`${x(index)} ${y(value)}`)
  })
  close()
  return drawn
}
