import { type ReactNode, useMemo } from 'react'
import type { Series } from '../../../../controller/src/server/dto/evidence.ts'
import { strings } from '../../strings.ts'
import { useZone } from '../Time.tsx'
import { absoluteText } from '../times.ts'
import { Chart } from './Chart.tsx'
import { happenedIn, remarkOf } from './happened.ts'
import { columnsOf, openBand, ratioRange, ratioTicks } from './points.ts'
import type { PlotSpec } from './spec.ts'
import { bandText, noData, ratioText } from './units.ts'

const { evidence } = strings

/** The ratio of everything up to each look, with limits that hold at every look: they close in as data comes. Lines where it would matter. */
export function BandChart({ series, summaryShown, actions }: { series: Series; summaryShown?: boolean | undefined; actions?: ReactNode }) {
  const zone = useZone()
  const columns = useMemo(() => columnsOf(series.points), [series])
  const spec = useMemo<PlotSpec>(() => {
    const range = ratioRange(series.points, series.limits)
    const { tolerance, margin } = series.limits ?? {}
    return {
      at: columns.at,
      band: { ...openBand(columns, range), colour: '--canary' },
      lines: [
        {
          text: evidence.estimate,
          values: columns.estimate.map((value) => (value === null ? null : Math.max(value, range[0] / 100))),
          colour: '--canary',
          dash: [],
        },
      ],
      levels: [
        { value: 1, text: evidence.noDifference, colour: '--muted', dash: [1, 3] },
        ...(tolerance === undefined || tolerance === margin
          ? []
          : [{ value: tolerance, text: evidence.toleranceLine(ratioText(tolerance), tolerance < 1), colour: '--good', dash: [3, 4] }]),
        ...(margin === undefined
          ? []
          : [{ value: margin, text: evidence.marginLine(ratioText(margin), margin < 1), colour: '--bad', dash: [10, 5] }]),
      ],
      ...happenedIn(series),
      range,
      ratios: ratioTicks(range),
      fromZero: false,
      utc: zone === 'utc',
      format: ratioText,
    }
  }, [columns, series, zone])
  const band = (index: number) => bandText(columns.low[index], columns.high[index]) || noData
  return (
    <Chart
      title={evidence.bandTitle(series.metric)}
      summary={series.summary}
      summaryShown={summaryShown}
      spec={spec}
      keys={[
        { text: evidence.estimate, colour: '--canary', shape: 'line', value: (index) => ratioText(columns.estimate[index]) },
        ...(spec.band?.low.some((low) => low !== null)
          ? [{ text: evidence.band, colour: '--canary', shape: 'band' as const, value: band }]
          : []),
      ]}
      remark={remarkOf(series, columns)}
      head={[evidence.time, evidence.estimate, evidence.band, evidence.verdict]}
      rows={series.points.map(({ at, estimate, low, high, verdict }) => [
        absoluteText(Date.parse(at), zone),
        ratioText(estimate),
        bandText(low, high) || noData,
        verdict ?? '',
      ])}
      happened={happenedIn(series).list}
      actions={actions}
    />
  )
}
