import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import type { ReleasePage } from '../../../../controller/src/server/dto/release.ts'
import { get, path } from '../../api/client.ts'
import { onChange, useStream } from '../../api/stream.ts'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { type Pages, patched } from './patch.ts'
import { ReleasesFrame, ReleasesView } from './ReleasesView.tsx'
import { addressOf, type Search, searchOf } from './search.ts'

/** So many at once: enough for a tall screen, and little enough for a slow line. */
const pageSize = 200

/** The list: a page at a time from the server, which filters and sorts; kept up to date by the stream. */
export function ReleasesScreen() {
  const search = searchOf(useSearch({ strict: false }) as Record<string, unknown>)
  const navigate = useNavigate()
  const client = useQueryClient()
  const { state, since } = useStream()
  const [changed, setChanged] = useState(0)
  const asked = JSON.stringify(search)
  const key = ['releases', asked]
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      get<ReleasePage>(path(['releases'], { ...addressOf(search), limit: pageSize, cursor: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })
  useEffect(() => {
    setChanged(0)
    return onChange((change) => {
      let resort = false
      client.setQueryData<Pages>(['releases', asked], (before) => {
        if (!before) return before
        const after = patched(before, change)
        resort = after.resort
        return after.pages
      })
      if (resort) setChanged((count) => count + 1)
    })
  }, [client, asked])

  const onSearch = useCallback(
    (next: Search) => void navigate({ to: '.', search: addressOf(next) as never, replace: true, resetScroll: false }),
    [navigate],
  )
  const again = () => {
    setChanged(0)
    void client.resetQueries({ queryKey: key, exact: true })
  }
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [fetchNextPage, isFetchingNextPage])

  const last = data?.pages.at(-1)
  if (!data || !last)
    return <ReleasesFrame>{error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton rows={12} />}</ReleasesFrame>
  return (
    <ReleasesView
      search={search}
      onSearch={onSearch}
      rows={data.pages.flatMap(({ items }) => items)}
      counts={last}
      hasMore={hasNextPage}
      onMore={onMore}
      changed={changed}
      onSortAgain={again}
      staleSince={state === 'stale' ? since : undefined}
      retry={again}
    />
  )
}
