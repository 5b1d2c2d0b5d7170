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

/** Promoted ones are full, failed ones are hatched and stand on top: the shape tells them apart, not the colour alone. */
function Bars({ weeks }: { weeks: readonly Week[] }) {
  const most = Math.max(1, ...weeks.map(({ promoted, failed }) => promoted + failed))
  const tall = (count: number) => ({ height: `${(count / most) * 100}%` })
  const sum = (key: 'promoted' | 'failed') => weeks.reduce((all, week) => all + week[key], 0)
  const every = Math.ceil(weeks.length / 6)
  return (
    <figure className="weeks">
      <figcaption className="weeks-keys">
        <span>
          <span className="weeks-sample weeks-promoted" aria-hidden="true" /> {words.promoted}
        </span>
        <span>
          <span className="weeks-sample weeks-failed" aria-hidden="true" /> {words.failed}
        </span>
      </figcaption>
      <div className="weeks-bars" role="img" aria-label={words.chartSummary(weeks.length, sum('promoted'), sum('failed'))}>
        {weeks.map(({ from, promoted, failed }, at) => (
          <div key={from} className="weeks-week" title={words.weekText(dayOf(from), promoted, failed)}>
            <div className="weeks-bar">
              {promoted + failed > 0 && weeks.length <= 16 && <span className="weeks-number">{promoted + failed}</span>}
              <span className="weeks-failed" style={tall(failed)} />
              <span className="weeks-promoted" style={tall(promoted)} />
            </div>
            <span className="weeks-day">{at % every === 0 ? dayOf(from).slice(5) : ''}</span>
          </div>
        ))}
      </div>
    </figure>
  )
}

const dayOf = (at: string) => at.slice(0, 10)
