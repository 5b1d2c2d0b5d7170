import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useReducer, useState } from 'react'
import type { CommandView, ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import { useActions } from '../../actions/actions.ts'
import { ApiError, path, post } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { useStream } from '../../api/stream.ts'
import { asked, requestFor } from './asking.ts'
import { DemoShip } from './DemoShip.tsx'
import { offeredActions } from './offeredActions.ts'
import { conflictOf } from './offers.ts'
import { analysisOf, answerTo, commandsOf, detailOf, eventsOf, loadedOf, manifestOf, podsOf, renew, seriesOf } from './queries.ts'
import { ReleaseFailed, ReleaseLoading } from './ReleaseStates.tsx'
import { ReleaseView, type ReleaseViewProps } from './ReleaseView.tsx'

/** The screen of one release. What is on it stays when the server goes away, and when the release does. */
export function ReleaseScreen({ namespace, name }: { namespace: string; name: string }) {
  const detail = useQuery(detailOf({ namespace, name }))
  const refused = detail.error instanceof ApiError ? detail.error.problem.status : undefined
  const missing = refused === 404
  const stream = useStream()
  // What one may see no more is not shown any longer; what is gone stays as it was last.
  if (detail.data && refused !== 403) {
    const stale = detail.isError && !missing ? { since: detail.dataUpdatedAt, retry: () => void detail.refetch() } : undefined
    const old = stale !== undefined || stream.state === 'stale'
    return <Loaded key={`${namespace}/${name}`} release={detail.data} gone={missing} stale={stale} old={old} />
  }
  if (detail.error) return <ReleaseFailed namespace={namespace} name={name} error={detail.error} retry={() => void detail.refetch()} />
  return <ReleaseLoading namespace={namespace} name={name} />
}

/** The most metrics whose course is shown beside them. */
const mostTrends = 8

function Loaded({ release, gone, stale, old }: { release: ReleaseDetail; gone: boolean } & Pick<ReleaseViewProps, 'stale' | 'old'>) {
  const { namespace, name } = release
  const place = useMemo(() => ({ namespace, name }), [namespace, name])
  const session = useSession()
  const [chosen, setChosen] = useState<string>()
  const [judge, setJudge] = useState<{ run: number | undefined; name: string }>()
  const [manifestWanted, setManifestWanted] = useState(false)

  // A choice holds as long as the run that it was made in.
  const usual = release.run ? release.run.analysis?.name : release.history[0]?.analysis
  const analysis = useQuery(analysisOf(place, judge && judge.run === release.run?.id ? judge.name : usual))
  const metrics = analysis.data?.metrics.map((metric) => metric.name) ?? []
  const metric = chosen !== undefined && metrics.includes(chosen) ? chosen : metrics[0]
  const series = useQuery(seriesOf(place, analysis.data, metric))
  const courses = useQueries({ queries: metrics.slice(0, mostTrends).map((one) => seriesOf(place, analysis.data, one)) })
  const trends = Object.fromEntries(courses.flatMap(({ data }) => (data ? [[data.metric, data.points.map(({ canary }) => canary)]] : [])))
  const commands = useQuery(commandsOf(place))

  const acting = useActing(release, commands.data ?? [], old ?? false)
  const readOnly = session.data?.readOnly ?? false
  useActions(useMemo(() => (gone ? [] : offeredActions(release, readOnly, acting.choose)), [release, readOnly, gone, acting.choose]))

  return (
    <ReleaseView
      release={release}
      gone={gone}
      analysis={loadedOf(analysis)}
      series={loadedOf(series)}
      trends={trends}
      metric={metric}
      pods={loadedOf(useQuery(podsOf(place)))}
      events={loadedOf(useQuery(eventsOf(place)))}
      commands={loadedOf(commands)}
      manifest={loadedOf(useQuery(manifestOf(place, manifestWanted)))}
      asking={acting.asking}
      readOnly={readOnly}
      stale={stale}
      old={old}
      checking={acting.checking}
      demo={
        session.data?.demo && (
          <DemoShip namespace={namespace} service={release.workload.name} run={(release.run ?? release.history[0])?.id} />
        )
      }
      onMetric={setChosen}
      onAnalysis={(one) => setJudge({ run: release.run?.id, name: one })}
      onManifest={() => setManifestWanted(true)}
      onChoose={acting.choose}
      onClose={acting.close}
      onSend={acting.send}
    />
  )
}

/** From the click to the controller's answer. What is shown may be old when the page is not live: then it is read again before anything is sent. */
function useActing(release: ReleaseDetail, commands: readonly CommandView[], stale: boolean) {
  const { namespace, name } = release
  const place = useMemo(() => ({ namespace, name }), [namespace, name])
  const client = useQueryClient()
  const [asking, dispatch] = useReducer(asked, { state: 'idle' })
  const [checking, setChecking] = useState(false)
  const followed = asking.state === 'following' ? asking.command.name : undefined
  const answer = useQuery(answerTo(place, followed))

  useEffect(() => {
    if (answer.data) dispatch({ what: 'told', command: answer.data })
  }, [answer.data])
  useEffect(() => {
    if (asking.state === 'answered') void renew(client, place)
  }, [asking.state, client, place])

  /** Whether what was shown still holds; the caches have what does when it does not. */
  const holds = async (): Promise<boolean> => {
    if (!stale || asking.state !== 'open') return true
    setChecking(true)
    try {
      const fresh = await client.fetchQuery({ ...detailOf(place), staleTime: 0 })
      await client.fetchQuery({ ...commandsOf(place), staleTime: 0 })
      return conflictOf(asking.offer, asking.openedAt, fresh, commands, Date.now()) === undefined
    } finally {
      setChecking(false)
    }
  }

  const send = async (reason: string, version: string | undefined): Promise<void> => {
    if (asking.state !== 'open') return
    try {
      if (!(await holds())) return
      dispatch({ what: 'sent' })
      const body = requestFor(asking.offer, reason, version)
      const command = await post<CommandView>(path(['releases', namespace, name, 'commands']), body)
      dispatch({ what: 'accepted', command, at: Date.now() })
    } catch (error) {
      dispatch({ what: 'failed', error })
    }
  }

  const choose = useMemo(() => (offer: ReleaseDetail['offers'][number]) => dispatch({ what: 'chosen', offer, at: Date.now() }), [])
  return {
    asking,
    checking,
    choose,
    close: () => dispatch({ what: 'closed' }),
    send: (reason: string, version: string | undefined) => void send(reason, version),
  }
}
