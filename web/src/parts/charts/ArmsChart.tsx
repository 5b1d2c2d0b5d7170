import { type ReactNode, useMemo } from 'react'
import type { Series } from '../../../../controller/src/server/dto/evidence.ts'
import { strings } from '../../strings.ts'
import { useZone } from '../Time.tsx'
import { absoluteText } from '../times.ts'
import { Chart } from './Chart.tsx'
import { happenedIn, remarkOf } from './happened.ts'
import { columnsOf } from './points.ts'
import type { PlotSpec } from './spec.ts'
import { valueText } from './units.ts'

const { evidence } = strings

/** Both versions interval by interval. Where there is no data there is no line, and it says why. */
export function ArmsChart({ series, summaryShown, actions }: { series: Series; summaryShown?: boolean | undefined; actions?: ReactNode }) {
  const zone = useZone()
  const columns = useMemo(() => columnsOf(series.points), [series])
  const spec = useMemo<PlotSpec>(
    () => ({
      at: columns.at,
      lines: [
        { text: evidence.baseline, values: columns.baseline, colour: '--baseline', dash: [6, 4] },
        { text: evidence.canary, values: columns.canary, colour: '--canary', dash: [] },
      ],
      levels: [],
      ...happenedIn(series),
      fromZero: true,
      utc: zone === 'utc',
      format: (value) => valueText(value, series.unit),
    }),
    [columns, series, zone],
  )
  const value = (key: 'canary' | 'baseline') => (index: number) => valueText(columns[key][index], series.unit)
  return (
    <Chart
      title={evidence.armsTitle(series.metric)}
      summary={series.summary}
      summaryShown={summaryShown}
      spec={spec}
      keys={[
        { text: evidence.canary, colour: '--canary', shape: 'line', value: value('canary') },
        { text: evidence.baseline, colour: '--baseline', shape: 'dashed', value: value('baseline') },
      ]}
      remark={remarkOf(series, columns)}
      head={[evidence.time, evidence.canary, evidence.baseline]}
      rows={series.points.map(({ at, canary, baseline }) => [
        absoluteText(Date.parse(at), zone),
        valueText(canary, series.unit),
        valueText(baseline, series.unit),
      ])}
      happened={happenedIn(series).list}
      actions={actions}
    />
  )
}
