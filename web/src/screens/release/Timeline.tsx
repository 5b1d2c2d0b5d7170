import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../parts/Button.tsx'
import { Chip } from '../../parts/Chip.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { Time } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import type { Loaded } from './loaded.ts'
import { type Entry, type EntryKind, everything, filtered, gathered, type Told, timelineOf } from './timeline.ts'
import './Timeline.css'

const words = strings.release.timeline
const atFirst = 25

/** Who did what and what happened, as one story. */
export function Timeline({
  namespace,
  name,
  events,
  commands,
  history,
}: {
  namespace: string
  name: string
  events: Loaded<Told['events']>
  commands: Loaded<Told['commands']>
  history: Told['history']
}) {
  const [filter, setFilter] = useState(everything)
  const [most, setMost] = useState(atFirst)
  const entries = timelineOf({ events: events.value ?? [], commands: commands.value ?? [], history })
  const shown = filtered(entries, filter)
  const story = gathered(shown)
  const loading = !events.value && !events.error
  const failed = [events, commands].find(({ error }) => error)
  const toggle = (kind: EntryKind) =>
    setFilter(({ kinds, troubles }) => ({ troubles, kinds: kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind] }))
  return (
    <Panel
      title={words.title}
      actions={
        <fieldset className="timeline-filter">
          <legend className="visually-hidden">{words.filter}</legend>
          {everything.kinds.map((kind) => (
            <label key={kind}>
              <input type="checkbox" checked={filter.kinds.includes(kind)} onChange={() => toggle(kind)} /> {words.kinds[kind]}
            </label>
          ))}
          <label>
            <input type="checkbox" checked={filter.troubles} onChange={() => setFilter({ ...filter, troubles: !filter.troubles })} />{' '}
            {words.troubles}
          </label>
        </fieldset>
      }
    >
      {failed && <ErrorState error={failed.error} small {...(failed.retry ? { retry: failed.retry } : {})} />}
      {loading && entries.length === 0 ? (
        <Skeleton rows={4} />
      ) : entries.length === 0 ? (
        !failed && <p className="muted">{words.none}</p>
      ) : shown.length === 0 ? (
        <p className="muted">
          {words.noMatch(entries.length)} <Button onClick={() => setFilter(everything)}>{words.clear}</Button>
        </p>
      ) : (
        <ol className="timeline">
          {story.slice(0, most).map((entry) => (
            <Item key={entry.key} entry={entry} namespace={namespace} name={name} />
          ))}
        </ol>
      )}
      {story.length > most && <Button onClick={() => setMost(most + 100)}>{words.more(Math.min(100, story.length - most))}</Button>}
    </Panel>
  )
}

function Item({
  entry: { at, tone, title, text, by, run, more },
  namespace,
  name,
}: {
  entry: Entry & { more: number }
  namespace: string
  name: string
}) {
  return (
    <li className="timeline-item">
      <span className="timeline-at">
        <Time at={at} />
      </span>
      <div className="timeline-said">
        <Chip tone={tone}>{title}</Chip> {by && <strong>{by}</strong>} <span>{text}</span>{' '}
        {more > 0 && <span className="muted">{words.alike(more)}</span>}{' '}
        {run !== undefined && (
          <Link to="/releases/$namespace/$name/runs/$run" params={{ namespace, name, run: String(run) }}>
            {words.report}
          </Link>
        )}
      </div>
    </li>
  )
}
