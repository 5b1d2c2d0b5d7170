/** What is drawn, told without saying how. Colours are variables of the palette. */
export interface PlotSpec {
  /** Seconds, ascending. */
  at: readonly number[]
  lines: readonly PlotLine[]
  /** Filled between two rows of values. */
  band?: { low: readonly (number | null)[]; high: readonly (number | null)[]; colour: string }
  levels: readonly { value: number; text: string; colour: string; dash: readonly number[] }[]
  marks: readonly { at: number; text: string }[]
  gaps: readonly { from: number; to: number; text: string }[]
  /** Of the values; by default what is there. */
  range?: readonly [number, number]
  /** Where the axis is labelled; with it equal ratios are equally far apart, and all values are above zero. */
  ratios?: readonly number[]
  /** Whether the axis begins at zero. */
  fromZero: boolean
  utc: boolean
  format(value: number): string
}

interface PlotLine {
  text: string
  values: readonly (number | null)[]
  colour: string
  /** Strokes and spaces: what tells lines apart without colour. */
  dash: readonly number[]
}

/** A drawn plot. It is drawn anew rather than changed: a series has at most a thousand points. */
export interface Plot {
  resize(width: number, height: number): void
  /** Shows a place, or none. */
  point(index: number | undefined): void
  destroy(): void
}
