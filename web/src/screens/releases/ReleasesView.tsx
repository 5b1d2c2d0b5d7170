import { type ReactNode, useMemo, useRef, useState } from 'react'
import type { Release, ReleasePage } from '../../../../controller/src/server/dto/release.ts'
import { useActions } from '../../actions/actions.ts'
import { Button } from '../../parts/Button.tsx'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { StaleBar } from '../../parts/StaleBar.tsx'
import { strings } from '../../strings.ts'
import { Bulk } from './Bulk.tsx'
import { AttentionStrip, Filters } from './Filters.tsx'
import { ReleaseTable } from './ReleaseTable.tsx'
import { everything, type Search } from './search.ts'
import './Releases.css'

const words = strings.releases

export interface ReleasesViewProps {
  search: Search
  onSearch(search: Search): void
  rows: readonly Release[]
  /** Counts of the last page that came. */
  counts: Pick<ReleasePage, 'total' | 'all' | 'facets'>
  hasMore: boolean
  onMore(): void
  /** So many changed in a way that gives another order. */
  changed: number
  onSortAgain(): void
  /** What is shown is from then, and could not be renewed. */
  staleSince?: number | undefined
  retry?(): void
}

/** What is moving and what needs whom: the first screen. */
export function ReleasesView({
  search,
  onSearch,
  rows,
  counts,
  hasMore,
  onMore,
  changed,
  onSortAgain,
  staleSince,
  retry,
}: ReleasesViewProps) {
  const field = useRef<HTMLInputElement>(null)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  useActions(
    useMemo(
      () => [
        { id: 'releases.search', group: words.actions.group, title: words.actions.search, keys: '/', run: () => field.current?.focus() },
      ],
      [],
    ),
  )
  const onSelect = useRef((uid: string) =>
    setSelected((before) => {
      const after = new Set(before)
      if (!after.delete(uid)) after.add(uid)
      return after
    }),
  ).current
  const chosen = rows.filter(({ uid }) => selected.has(uid))
  const { total, all, facets } = counts
  return (
    <ReleasesFrame>
      {staleSince !== undefined && <StaleBar since={staleSince} {...(retry ? { retry } : {})} />}
      {all === 0 ? (
        <EmptyState title={words.empty} text={words.emptyText} command={words.emptyCommand} />
      ) : (
        <>
          <AttentionStrip search={search} facets={facets} onSearch={onSearch} />
          <Filters search={search} facets={facets} onSearch={onSearch} field={field} />
          <div className="releases-count">
            <span role="status">{words.shown(total, all)}</span>
            {changed > 0 && <Button onClick={onSortAgain}>{words.changed(changed)}</Button>}
          </div>
          {chosen.length > 0 && <Bulk chosen={chosen} onClear={() => setSelected(new Set())} />}
          {total === 0 ? (
            <EmptyState
              title={words.noMatch}
              text={words.noMatchText(all)}
              actions={<Button onClick={() => onSearch({ ...everything, sort: search.sort })}>{words.clear}</Button>}
            />
          ) : (
            <ReleaseTable rows={rows} total={total} hasMore={hasMore} onMore={onMore} selected={selected} onSelect={onSelect} />
          )}
        </>
      )}
    </ReleasesFrame>
  )
}

/** The heading, whatever comes under it. */
export function ReleasesFrame({ children }: { children: ReactNode }) {
  return (
    <main className="screen releases" id="main">
      <h1>{words.title}</h1>
      {children}
    </main>
  )
}
