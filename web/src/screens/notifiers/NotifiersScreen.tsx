import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { NotificationItem, NotifierItem } from '../../../../controller/src/server/dto/notifying.ts'
import { get, path } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { useAddress } from '../../parts/useAddress.ts'
import { type Choice, choiceOf, keyOf } from './choice.ts'
import { NotifiersFrame, NotifiersView } from './NotifiersView.tsx'
import { RecentDialog } from './RecentDialog.tsx'
import { addressOf, notifiersKey, useTests } from './useTests.ts'

/** The Notifiers, asked again every half minute: they are not part of the stream. */
export function NotifiersScreen() {
  const choice = choiceOf(useSearch({ strict: false }) as Record<string, unknown>)
  const write = useAddress()
  const readOnly = useSession().data?.readOnly === true
  const { trying, send } = useTests()
  const [recent, setRecent] = useState<NotifierItem>()
  const onChoice = ({ q, state }: Choice) => write({ q: q === '' ? undefined : q, state })
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    queryKey: notifiersKey,
    queryFn: ({ signal }) => get<{ items: NotifierItem[] }>(path(['notifiers']), signal),
    refetchInterval: 30_000,
  })
  const retry = () => void refetch()
  if (!data) return <NotifiersFrame>{error ? <ErrorState error={error} retry={retry} /> : <Skeleton rows={6} />}</NotifiersFrame>
  return (
    <>
      <NotifiersView
        items={data.items}
        choice={choice}
        onChoice={onChoice}
        trying={trying}
        readOnly={readOnly}
        onTest={send}
        onRecent={setRecent}
        staleSince={error ? dataUpdatedAt : undefined}
        retry={retry}
      />
      {recent && <Recent key={keyOf(recent)} notifier={recent} onClose={() => setRecent(undefined)} />}
    </>
  )
}

function Recent({ notifier, onClose }: { notifier: NotifierItem; onClose(): void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['notifications', keyOf(notifier)],
    queryFn: ({ signal }) => get<{ items: NotificationItem[] }>(path([...addressOf(notifier), 'notifications']), signal),
    refetchInterval: 10_000,
  })
  return (
    <RecentDialog notifier={notifier} items={data?.items} error={data ? undefined : error} retry={() => void refetch()} onClose={onClose} />
  )
}
