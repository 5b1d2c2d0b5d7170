import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { SourceItem } from '../../../../controller/src/server/dto/measuring.ts'
import { get, path } from '../../api/client.ts'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { useAddress } from '../../parts/useAddress.ts'
import { type Choice, choiceOf } from './choice.ts'
import { SourcesFrame, SourcesView } from './SourcesView.tsx'

/** The sources, asked again every half minute: their health is not part of the stream. */
export function SourcesScreen() {
  const choice = choiceOf(useSearch({ strict: false }) as Record<string, unknown>)
  const write = useAddress()
  const onChoice = ({ q, health }: Choice) => write({ q: q === '' ? undefined : q, health })
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['sources'],
    queryFn: ({ signal }) => get<{ items: SourceItem[] }>(path(['sources']), signal),
    refetchInterval: 30_000,
  })
  const retry = () => void refetch()
  if (data)
    return (
      <SourcesView items={data.items} choice={choice} onChoice={onChoice} staleSince={error ? dataUpdatedAt : undefined} retry={retry} />
    )
  return <SourcesFrame>{error ? <ErrorState error={error} retry={retry} /> : <Skeleton rows={6} />}</SourcesFrame>
}
