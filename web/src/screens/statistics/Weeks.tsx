import { useState } from 'react'
import type { Statistics } from '../../../../controller/src/server/dto/statistics.ts'
import { Button } from '../../parts/Button.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { strings } from '../../strings.ts'

const words = strings.statistics
type Week = Statistics['weeks'][number]

const columns: readonly Column<Week>[] = [
  { id: 'from', title: words.weekColumns.from, header: true, cell: ({ from }) => <time dateTime={from}>{dayOf(from)}</time> },
  { id: 'promoted', title: words.weekColumns.promoted, align: 'end', cell: ({ promoted }) => promoted },
  { id: 'failed', title: words.weekColumns.failed, align: 'end', cell: ({ failed }) => failed },
]

/** Runs week by week as bars, or the same as a table. */
export function Weeks({ weeks }: { weeks: readonly Week[] }) {
  const [tabled, setTabled] = useState(false)
  return (
    <Panel
      title={words.weeks}
      actions={
        <Button aria-pressed={tabled} onClick={() => setTabled(!tabled)}>
          {words.showTable}
        </Button>
      }
    >
      {tabled ? (
        <Table caption={words.weeksCaption} captionHidden columns={columns} rows={weeks} rowKey={({ from }) => from} />
      ) : (
        <Bars weeks={weeks} />
      )}
    </Panel>
  )
}

const high = 120
const step = 24

/** Promoted ones are full, failed ones are hatched and stand on top: the shape tells them apart, not the colour alone. */
function Bars({ weeks }: { weeks: readonly Week[] }) {
  const most = Math.max(1, ...weeks.map(({ promoted, failed }) => promoted + failed))
  const tall = (count: number) => (count / most) * high
  const sum = (key: 'promoted' | 'failed') => weeks.reduce((all, week) => all + week[key], 0)
  const every = Math.ceil(weeks.length / 8)
  return (
    <figure className="weeks">
      <figcaption className="weeks-keys">
        <span>
          <span className="weeks-sample weeks-sample-promoted" aria-hidden="true" /> {words.promoted}
        </span>
        <span>
          <span className="weeks-sample weeks-sample-failed" aria-hidden="true" /> {words.failed}
        </span>
      </figcaption>
      <svg
        className="weeks-bars"
        viewBox={`0 -18 ${Math.max(weeks.length, 4) * step} ${high + 38}`}
        role="img"
        aria-label={words.chartSummary(weeks.length, sum('promoted'), sum('failed'))}
      >
        <defs>
          <pattern id="weeks-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect className="weeks-hatch-ground" width="5" height="5" />
            <rect className="weeks-hatch-stroke" width="2" height="5" />
          </pattern>
        </defs>
        <line className="weeks-axis" x1="0" x2={Math.max(weeks.length, 4) * step} y1={high} y2={high} />
        {weeks.map(({ from, promoted, failed }, at) => (
          <g key={from} transform={`translate(${at * step} 0)`}>
            <title>{words.weekText(dayOf(from), promoted, failed)}</title>
            <rect className="weeks-promoted" x="4" y={high - tall(promoted)} width={step - 8} height={tall(promoted)} />
            <rect
              className="weeks-failed"
              x="4"
              y={high - tall(promoted + failed)}
              width={step - 8}
              height={tall(failed)}
              fill="url(#weeks-hatch)"
            />
            {promoted + failed > 0 && (
              <text className="weeks-number" x={step / 2} y={high - tall(promoted + failed) - 4}>
                {promoted + failed}
              </text>
            )}
            {at % every === 0 && (
              <text className="weeks-number weeks-day" x={step / 2} y={high + 14}>
                {dayOf(from).slice(5)}
              </text>
            )}
          </g>
        ))}
      </svg>
    </figure>
  )
}

const dayOf = (at: string) => at.slice(0, 10)
