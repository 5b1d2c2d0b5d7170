import type { ReactNode } from 'react'
import type { About, Session } from '../../../../controller/src/server/dto/session.ts'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { Time } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import './Settings.css'

export interface AboutPanelProps {
  about?: About
  error?: unknown
  retry?(): void
  session?: Session
}

export function AboutPanel({ about, error, retry, session }: AboutPanelProps) {
  const words = strings.settings
  return (
    <Panel title={words.about}>
      {about ? (
        <dl className="settings-facts">
          {factsOf(about, session).map(([name, value]) => (
            <Fact key={name} name={name} value={value} />
          ))}
        </dl>
      ) : error ? (
        <ErrorState error={error} {...(retry ? { retry } : {})} small />
      ) : (
        <Skeleton rows={5} />
      )}
    </Panel>
  )
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

function factsOf(about: About, session: Session | undefined): (readonly [string, ReactNode])[] {
  const { facts, yes, no } = strings.settings
  return [
    [facts.version, about.version],
    [facts.cluster, about.cluster],
    [facts.rollouts, about.rollouts],
    [facts.synced, about.synced ? yes : no],
    [facts.readOnly, about.readOnly ? yes : no],
    [facts.teamLabel, <code key="label">{about.teamLabel}</code>],
    [facts.streams, about.streams],
    [facts.startedAt, <Time key="start" at={about.startedAt} />],
    ...(session
      ? ([
          [facts.installation, session.installation],
          [facts.user, session.user.name],
          [facts.groups, session.user.groups.join(', ')],
          [facts.method, session.method],
          ...(session.expiresAt ? ([[facts.expiresAt, <Time key="end" at={session.expiresAt} />]] as const) : []),
        ] as const)
      : []),
  ]
}
