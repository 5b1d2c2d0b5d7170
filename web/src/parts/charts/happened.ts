import type { Series } from '../../../../controller/src/server/dto/evidence.ts'
import { strings } from '../../strings.ts'
import { type Columns, gapAt } from './points.ts'
import type { PlotSpec } from './spec.ts'

/** Marks and gaps of a series, for the drawing and, in order of time, for the list under it. */
export function happenedIn(
  series: Pick<Series, 'marks' | 'gaps'>,
): Pick<PlotSpec, 'marks' | 'gaps'> & { list: { at: number; text: string }[] } {
  const marks = series.marks.map(({ at, text }) => ({ at: Date.parse(at) / 1000, text }))
  const gaps = series.gaps.map(({ from, to, because }) => ({
    from: Date.parse(from) / 1000,
    to: Date.parse(to) / 1000,
    text: strings.evidence.gap(because),
  }))
  const list = [...marks, ...gaps.map(({ from, text }) => ({ at: from, text }))].toSorted((a, b) => a.at - b.at)
  return { marks: marks.map(({ at, text }) => ({ at, text: shortened(text) })), gaps, list }
}

/** What is to be said of a column beyond its values. */
export function remarkOf(series: Series, columns: Columns): (index: number) => string | undefined {
  return (index) => {
    const of = columns.point[index]
    const point = of === null || of === undefined ? undefined : series.points[of]
    const because = gapAt(series, point?.at ?? new Date((columns.at[index] ?? 0) * 1000).toISOString())
    return because === undefined ? point?.verdict : strings.evidence.gap(because)
  }
}

/** What fits on a drawing; the list under it has it whole. */
const shortened = (text: string): string => (text.length > 28 ? `${text.slice(0, 27)}…` : text)
