import { type ReactNode, useId, useState } from 'react'
import { strings } from '../../strings.ts'
import { useZone } from '../Time.tsx'
import { absoluteText } from '../times.ts'
import '../Live.css'
import './charts.css'
import { Plotted } from './Plotted.tsx'
import type { PlotSpec } from './spec.ts'

/** A line of the legend: how it is drawn, its name, and its value where one points. */
interface Key {
  text: string
  colour: string
  shape: 'line' | 'dashed' | 'dotted' | 'band'
  value(index: number): string
}

/**
 * A chart as a person reads it in any way: as a drawing with values where one points, by the arrow keys with each point spoken, and as a table.
 * Its summary is its name.
 */
export function Chart({
  title,
  summary,
  summaryShown = true,
  spec,
  keys,
  remark,
  rows,
  head,
  happened,
  actions,
}: {
  title: string
  summary: string
  /** Not where it is written beside the chart. */
  summaryShown?: boolean | undefined
  spec: PlotSpec
  keys: readonly Key[]
  /** What else there is to say of a point, e.g. why it has no data. */
  remark(index: number): string | undefined
  head: readonly string[]
  rows: readonly (readonly string[])[]
  /** What happened meanwhile, and where there is no data. */
  happened: readonly { at: number; text: string }[]
  actions?: ReactNode
}) {
  const [index, setIndex] = useState<number>()
  const [tabled, setTabled] = useState(false)
  const zone = useZone()
  const id = useId()
  const last = spec.at.length - 1
  const shown = Math.min(index ?? last, last)
  const when = (at: number | undefined) => (at === undefined ? '' : absoluteText(at * 1000, zone))
  const words = strings.evidence.chart

  const spoken = (at: number) =>
    [when(spec.at[at]), ...keys.map(({ text, value }) => `${text} ${value(at)}`), remark(at)].filter((part) => part).join(', ')

  return (
    <figure className="chart" aria-labelledby={id}>
      <div className="chart-head">
        <figcaption id={id}>{title}</figcaption>
        <div className="chart-actions">
          {actions}
          <button type="button" className="chart-toggle" aria-pressed={tabled} onClick={() => setTabled(!tabled)}>
            {words.table}
          </button>
        </div>
      </div>
      {summaryShown && <p className="chart-summary">{summary}</p>}
      {spec.lines.every(({ values }) => values.every((value) => value === null)) ? (
        <p className="chart-none">{spec.at.length === 0 ? words.nothing : words.noData}</p>
      ) : tabled ? (
        <Twin title={title} head={head} rows={rows} />
      ) : (
        <>
          <ul className="chart-keys">
            {keys.map(({ text, colour, shape, value }) => (
              <li key={text}>
                <Sample colour={colour} shape={shape} />
                <span className="chart-key">{text}</span> <strong>{value(shown)}</strong>
              </li>
            ))}
            <li className="chart-when">
              {index === undefined ? words.latest : ''} {when(spec.at[shown])}
              {remark(shown) ? ` · ${remark(shown)}` : ''}
            </li>
          </ul>
          <div className="chart-place">
            <Plotted spec={spec} index={index} pointed={setIndex} />
            <input
              className="chart-walk"
              type="range"
              min={0}
              max={last}
              value={shown}
              aria-label={`${title}: ${summary} ${words.walk}`}
              aria-valuetext={spoken(shown)}
              onChange={(event) => setIndex(Number(event.target.value))}
              onBlur={() => setIndex(undefined)}
            />
          </div>
        </>
      )}
      {happened.length > 0 && (
        <details className="chart-happened">
          <summary>{words.happened(happened.length)}</summary>
          <ul>
            {happened.map(({ at, text }) => (
              <li key={`${at} ${text}`}>
                <time dateTime={new Date(at * 1000).toISOString()}>{when(at)}</time> {text}
              </li>
            ))}
          </ul>
        </details>
      )}
    </figure>
  )
}

/** The same figures as a table. */
function Twin({ title, head, rows }: { title: string; head: readonly string[]; rows: readonly (readonly string[])[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrollable by keyboard
    <section className="chart-table" aria-label={title} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            {head.map((text) => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row[0]}>
              {row.map((text, index) =>
                index === 0 ? (
                  <th key={head[index]} scope="row">
                    {text}
                  </th>
                ) : (
                  <td key={head[index]}>{text}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const dashes = { line: undefined, dashed: '6 4', dotted: '2 3' } as const

function Sample({ colour, shape }: Pick<Key, 'colour' | 'shape'>) {
  return (
    <svg className="chart-sample" viewBox="0 0 24 10" width="24" height="10" aria-hidden="true" style={{ color: `var(${colour})` }}>
      {shape === 'band' ? (
        <rect x="0" y="1" width="24" height="8" fill="currentColor" opacity="0.3" />
      ) : (
        <line x1="0" y1="5" x2="24" y2="5" stroke="currentColor" strokeWidth="2.5" strokeDasharray={dashes[shape]} />
      )}
    </svg>
  )
}
