import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { HistoryItem, PodView, ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import { Button } from '../../parts/Button.tsx'
import { Chip } from '../../parts/Chip.tsx'
import { Code } from '../../parts/Code.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Images } from '../../parts/Images.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { Result } from '../../parts/Phase.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { Table } from '../../parts/Table.tsx'
import { Tabs } from '../../parts/Tabs.tsx'
import { Span, Time } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import type { Loaded } from './loaded.ts'
import { ArmName } from './Versions.tsx'

const words = strings.release

/** What one looks up rather than looks at: runs, pods, conditions, the object. */
export function Details({
  release,
  pods,
  manifest,
  onManifest,
}: {
  release: ReleaseDetail
  pods: Loaded<readonly PodView[]>
  manifest: Loaded<string>
  /** The manifest is wanted now. */
  onManifest(): void
}) {
  const [tab, setTab] = useState('runs')
  return (
    <Panel title={words.details} className="details">
      <Tabs
        label={words.details}
        value={tab}
        onChange={(id) => {
          setTab(id)
          if (id === 'manifest') onManifest()
        }}
        tabs={[
          { id: 'runs', title: words.history.title, content: <Runs release={release} /> },
          { id: 'pods', title: words.pods.title, content: <Pods pods={pods} /> },
          { id: 'conditions', title: words.conditions.title, content: <Conditions release={release} /> },
          { id: 'manifest', title: words.manifest.title, content: <Manifest manifest={manifest} /> },
        ]}
      />
    </Panel>
  )
}

const tookSeconds = ({ startedAt, endedAt }: HistoryItem): number => (Date.parse(endedAt) - Date.parse(startedAt)) / 1000

function Runs({ release: { history, namespace, name } }: { release: ReleaseDetail }) {
  if (history.length === 0) return <p className="muted">{words.history.none}</p>
  return (
    <Table
      caption={words.history.caption}
      captionHidden
      rows={history}
      rowKey={({ id }) => String(id)}
      columns={[
        {
          id: 'run',
          title: words.history.run,
          header: true,
          compare: (one, other) => one.id - other.id,
          cell: ({ id }) => (
            <Link
              to="/releases/$namespace/$name/runs/$run"
              params={{ namespace, name, run: String(id) }}
              aria-label={words.history.report(id)}
            >
              {id}
            </Link>
          ),
        },
        { id: 'result', title: words.history.result, cell: ({ result }) => <Result result={result} /> },
        {
          id: 'versions',
          title: words.history.versions,
          cell: ({ from, to }) => (
            <span className="version-change">
              <Images images={from.images} /> <span aria-hidden="true">→</span> <Images images={to.images} />
            </span>
          ),
        },
        { id: 'because', title: words.history.because, cell: ({ because }) => <span className="why-cell">{because}</span> },
        { id: 'by', title: words.history.by, cell: ({ by }) => by ?? '' },
        {
          id: 'ended',
          title: words.history.ended,
          compare: (one, other) => Date.parse(one.endedAt) - Date.parse(other.endedAt),
          cell: ({ endedAt }) => <Time at={endedAt} />,
        },
        {
          id: 'took',
          title: words.history.took,
          align: 'end',
          compare: (one, other) => tookSeconds(one) - tookSeconds(other),
          cell: (item) => <Span seconds={tookSeconds(item)} />,
        },
      ]}
    />
  )
}

const mostPods = 50

function Pods({ pods: { value, error, retry } }: { pods: Loaded<readonly PodView[]> }) {
  const [all, setAll] = useState(false)
  if (!value) return error ? <ErrorState error={error} small {...(retry ? { retry } : {})} /> : <Skeleton rows={4} />
  if (value.length === 0) return <p className="muted">{words.pods.none}</p>
  return (
    <>
      <Table
        caption={words.pods.caption}
        captionHidden
        rows={all ? value : value.slice(0, mostPods)}
        rowKey={({ name }) => name}
        columns={[
          { id: 'name', title: words.pods.name, header: true, cell: ({ name }) => <code>{name}</code> },
          { id: 'arm', title: words.arms.arm, cell: ({ arm }) => <ArmName arm={arm} /> },
          { id: 'state', title: words.pods.state, cell: (pod) => <PodState pod={pod} /> },
          {
            id: 'restarts',
            title: words.pods.restarts,
            align: 'end',
            compare: (one, other) => one.restarts - other.restarts,
            cell: ({ restarts }) => restarts,
          },
          { id: 'node', title: words.pods.node, cell: ({ node }) => node ?? '' },
          { id: 'started', title: words.pods.started, cell: ({ startedAt }) => startedAt && <Time at={startedAt} /> },
        ]}
      />
      {value.length > mostPods && !all && (
        <p className="muted">
          {words.pods.some(mostPods, value.length)} <Button onClick={() => setAll(true)}>{words.pods.showAll}</Button>
        </p>
      )}
    </>
  )
}

function PodState({ pod: { ready, phase, message } }: { pod: PodView }) {
  return (
    <div className="metric-stack">
      <Chip tone={ready ? 'good' : 'warn'}>{ready ? words.pods.ready : phase === 'Running' ? words.pods.notReady : phase}</Chip>
      {message && <span className="muted">{message}</span>}
    </div>
  )
}

function Conditions({ release: { conditions } }: { release: ReleaseDetail }) {
  if (conditions.length === 0) return <p className="muted">{words.conditions.none}</p>
  return (
    <Table
      caption={words.conditions.caption}
      captionHidden
      rows={conditions}
      rowKey={({ type }) => type}
      columns={[
        { id: 'type', title: words.conditions.type, header: true, cell: ({ type }) => type },
        { id: 'status', title: words.conditions.status, cell: ({ status }) => status },
        { id: 'reason', title: words.conditions.reason, cell: ({ reason }) => reason },
        { id: 'message', title: words.conditions.message, cell: ({ message }) => <span className="why-cell">{message}</span> },
        { id: 'since', title: words.conditions.since, cell: ({ since }) => <Time at={since} /> },
      ]}
    />
  )
}

function Manifest({ manifest: { value, error, retry } }: { manifest: Loaded<string> }) {
  if (value !== undefined) return <Code text={value} label={words.manifest.copy} />
  return error ? <ErrorState error={error} small {...(retry ? { retry } : {})} /> : <Skeleton rows={8} />
}
