import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { Statistics } from '../../../../controller/src/server/dto/statistics.ts'
import { get, path } from '../../api/client.ts'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { useAddress } from '../../parts/useAddress.ts'
import { type Choice, choiceOf } from './choice.ts'
import { StatisticsSkeleton } from './StatisticsSkeleton.tsx'
import { StatisticsHead, StatisticsView } from './StatisticsView.tsx'

/** The figures of delivery: what is counted and over how long stand in the address. */
export function StatisticsScreen() {
  const choice = choiceOf(useSearch({ strict: false }) as Record<string, unknown>)
  const onChoice: (next: Choice) => void = useAddress()
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: ['statistics', choice.by, choice.days],
    queryFn: ({ signal }) => get<Statistics>(path(['statistics'], { ...choice }), signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  const retry = () => void refetch()
  if (data)
    return (
      <StatisticsView statistics={data} choice={choice} onChoice={onChoice} retry={retry} staleSince={error ? dataUpdatedAt : undefined} />
    )
  if (!error) return <StatisticsSkeleton choice={choice} onChoice={onChoice} />
  return (
    <main className="screen statistics" id="main">
      <StatisticsHead choice={choice} onChoice={onChoice} />
      <ErrorState error={error} retry={retry} />
    </main>
  )
}
