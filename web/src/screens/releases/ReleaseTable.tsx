import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { Release, ShortVersion } from '../../../../controller/src/server/dto/release.ts'
import { type Action, useActions } from '../../actions/actions.ts'
import { imageText, tagText } from '../../parts/imageText.ts'
import { AttentionChip, Phase } from '../../parts/Phase.tsx'
import { Time } from '../../parts/Time.tsx'
import { WeightBar } from '../../parts/WeightBar.tsx'
import { strings } from '../../strings.ts'

const words = strings.releases

/** Heights in pixels, as Releases.css has them: rows of one height need no measuring. */
const heights = { wide: 60, narrow: 176 }
const narrowly = '(max-width: 760px)'
/** So many rows before the end more are asked for. */
const ahead = 40

export interface ReleaseTableProps {
  rows: readonly Release[]
  /** On all pages, for those who cannot see how long the list is. */
  total: number
  hasMore: boolean
  onMore(): void
  selected: ReadonlySet<string>
  onSelect(uid: string): void
}

/** A real table of which only the rows in sight are drawn; it pages as one scrolls. `j` and `k` move the focus from release to release, `x` selects. */
export function ReleaseTable({ rows, total, hasMore, onMore, selected, onSelect }: ReleaseTableProps) {
  const table = useRef<HTMLTableElement>(null)
  const narrow = useNarrow()
  const [top, setTop] = useState(0)
  const [cursor, setCursor] = useState(-1)
  const height = narrow ? heights.narrow : heights.wide
  const virtual = useWindowVirtualizer({ count: rows.length, estimateSize: () => height, overscan: 10, scrollMargin: top })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place of the table follows what stands above it, whatever that is
  useLayoutEffect(
    () => setTop(table.current?.getBoundingClientRect().top ? table.current.getBoundingClientRect().top + window.scrollY : 0),
    [rows.length, narrow],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are laid out anew
  useEffect(() => virtual.measure(), [height])

  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= rows.length - ahead) onMore()
  }, [hasMore, last, rows.length, onMore])

  const move = useRef((_by: number) => {})
  move.current = (by) => {
    const next = Math.min(rows.length - 1, Math.max(0, cursor + by))
    setCursor(next)
    virtual.scrollToIndex(next)
    requestAnimationFrame(() => table.current?.querySelector<HTMLElement>(`[data-row="${next}"] a`)?.focus())
  }
  const select = useRef(() => {})
  select.current = () => {
    const row = rows[cursor]
    if (row) onSelect(row.uid)
  }
  useActions(
    useMemo(
      (): Action[] => [
        {
          id: 'releases.next',
          group: words.actions.group,
          title: words.actions.next,
          keys: 'j',
          repeats: true,
          run: () => move.current(1),
        },
        {
          id: 'releases.previous',
          group: words.actions.group,
          title: words.actions.previous,
          keys: 'k',
          repeats: true,
          run: () => move.current(-1),
        },
        { id: 'releases.select', group: words.actions.group, title: words.actions.select, keys: 'x', run: () => select.current() },
      ],
      [],
    ),
  )

  const before = (items[0]?.start ?? top) - top
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top)
  return (
    <table ref={table} className="releases-table" aria-rowcount={total + 1}>
      <caption className="visually-hidden">{words.caption}</caption>
      <thead>
        <tr>
          <th scope="col" className="releases-pick">
            <span className="visually-hidden">{words.columns.select}</span>
          </th>
          <th scope="col">{words.columns.service}</th>
          <th scope="col">{words.columns.version}</th>
          <th scope="col" className="releases-state">
            {words.columns.state}
          </th>
          <th scope="col">{words.columns.progress}</th>
          <th scope="col" className="releases-since">
            {words.columns.since}
          </th>
        </tr>
      </thead>
      <tbody>
        {before > 0 && <Gap height={before} />}
        {items.map(({ index }) => {
          const release = rows[index]
          return (
            release && (
              <Row
                key={release.uid}
                release={release}
                index={index}
                selected={selected.has(release.uid)}
                onSelect={onSelect}
                onFocus={setCursor}
              />
            )
          )
        })}
        {after > 0 && <Gap height={after} />}
      </tbody>
    </table>
  )
}

/** Stands for the rows that are not drawn. */
const Gap = ({ height }: { height: number }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus
  <tr aria-hidden="true" className="releases-gap" style={{ height }}>
    <td colSpan={6} />
  </tr>
)

interface RowProps {
  release: Release
  index: number
  selected: boolean
  onSelect(uid: string): void
  onFocus(index: number): void
}

const Row = memo(function Row({ release, index, selected, onSelect, onFocus }: RowProps) {
  const { namespace, name, uid, team, run, stable, attention, phase, message, since } = release
  const why = run?.waiting ? words.waits(run.waiting.for, run.waiting.because) : message
  return (
    <tr
      data-row={index}
      aria-rowindex={index + 2}
      className={`releases-row ${selected ? 'releases-selected' : ''}`}
      onFocus={() => onFocus(index)}
    >
      <td className="releases-pick">
        <label className="releases-check">
          <input type="checkbox" checked={selected} onChange={() => onSelect(uid)} />
          <span className="visually-hidden">{words.selectOne(name)}</span>
        </label>
      </td>
      <th scope="row">
        <Link to="/releases/$namespace/$name" params={{ namespace, name }} className="releases-name" title={`${namespace}/${name}`}>
          {name}
        </Link>
        <span className="releases-fine" title={team === undefined ? namespace : `${namespace}, ${team}`}>
          {namespace}
          {team !== undefined && team !== namespace && `, ${team}`}
        </span>
      </th>
      <td>
        <Versions stable={stable} run={run} />
      </td>
      <td>
        {attention ? <AttentionChip kind={attention.kind} /> : <Phase phase={phase} />}
        <span className="releases-fine" title={why}>
          {why}
        </span>
      </td>
      <td>
        {run && (
          <>
            <WeightBar wanted={run.weight.wanted} actual={run.weight.actual} />
            {run.step && <span className="releases-fine">{words.step(run.step.index + 1, run.steps, run.step.kind)}</span>}
          </>
        )}
      </td>
      <td className="releases-since">
        <Time at={since} quiet />
      </td>
    </tr>
  )
})

function Versions({ stable, run }: Pick<Release, 'stable' | 'run'>) {
  if (run) {
    return (
      <>
        <span className="releases-version" title={run.to.images.join(', ')}>
          {tagsOf(run.from)} <span aria-hidden="true">→</span>
          <span className="visually-hidden"> {words.to} </span> <strong>{tagsOf(run.to)}</strong>
        </span>
        <span className="releases-fine">{run.to.images.map(nameOf).join(', ')}</span>
      </>
    )
  }
  if (!stable) return <span className="releases-fine">{words.nothingServes}</span>
  return (
    <>
      <span className="releases-version" title={stable.images.join(', ')}>
        {tagsOf(stable)}
      </span>
      <span className="releases-fine">{stable.images.map(nameOf).join(', ')}</span>
    </>
  )
}

const tagsOf = ({ images, hash }: ShortVersion) => (images.length === 0 ? hash : images.map(tagText).join(', '))
const nameOf = (image: string) => imageText(image).split(/[:@]/)[0]

function useNarrow(): boolean {
  return useSyncExternalStore(
    (told) => {
      const query = matchMedia(narrowly)
      query.addEventListener('change', told)
      return () => query.removeEventListener('change', told)
    },
    () => matchMedia(narrowly).matches,
  )
}
