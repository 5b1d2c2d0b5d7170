import type { ReactNode } from 'react'
import type { SourceItem } from '../../../../controller/src/server/dto/measuring.ts'
import { Button } from '../../parts/Button.tsx'
import { Chip, type Tone } from '../../parts/Chip.tsx'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { WarnIcon } from '../../parts/icons.tsx'
import { ListFilter } from '../../parts/ListFilter.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { StaleBar } from '../../parts/StaleBar.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { Time } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import { type Choice, type Health, healths, matching } from './choice.ts'
import './Sources.css'

const words = strings.sources

const tones: Record<Health, Tone> = { Up: 'good', Down: 'bad', Unknown: 'quiet' }

const columns: readonly Column<SourceItem>[] = [
  {
    id: 'name',
    title: words.columns.name,
    header: true,
    cell: ({ name, type, address }) => (
      <>
        <span className="sources-name">{name}</span>
        <span className="sources-fine">
          {type}
          {address === undefined ? '' : `, ${address}`}
        </span>
      </>
    ),
    compare: (one, other) => one.name.localeCompare(other.name),
  },
  {
    id: 'health',
    title: words.columns.health,
    cell: ({ health }) => <Chip tone={tones[health]}>{words.health[health]}</Chip>,
    compare: (one, other) => healths.indexOf(one.health) - healths.indexOf(other.health),
  },
  {
    id: 'scope',
    title: words.columns.scope,
    cell: ({ namespace }) => namespace ?? <span className="sources-fine">{words.scope.Cluster}</span>,
    compare: (one, other) => (one.namespace ?? '').localeCompare(other.namespace ?? ''),
  },
  {
    id: 'since',
    title: words.columns.since,
    cell: ({ since }) => (since === undefined ? <span className="sources-fine">{words.unknownSince}</span> : <Time at={since} />),
  },
  {
    id: 'last',
    title: words.columns.last,
    cell: ({ lastAnswerAt }) =>
      lastAnswerAt === undefined ? <span className="sources-fine">{words.never}</span> : <Time at={lastAnswerAt} />,
  },
  {
    id: 'because',
    title: words.columns.because,
    cell: ({ because, health }) => (
      <div className="sources-because">
        {because}
        {health !== 'Up' && <span className="sources-fine">{words.effects[health]}</span>}
      </div>
    ),
  },
]

export interface SourcesViewProps {
  items: readonly SourceItem[]
  choice: Choice
  onChoice(choice: Choice): void
  /** What is shown is from then, and could not be renewed. */
  staleSince?: number | undefined
  retry?(): void
}

/** Where measurements come from, how they do, and what a sick one means for releases. */
export function SourcesView({ items, choice, onChoice, staleSince, retry }: SourcesViewProps) {
  const shown = matching(items, choice)
  const down = items.filter(({ health }) => health === 'Down').length
  return (
    <SourcesFrame>
      {staleSince !== undefined && <StaleBar since={staleSince} {...(retry ? { retry } : {})} />}
      {down > 0 && (
        <p className="sources-banner">
          <WarnIcon />
          <span>
            <strong>{words.banner(down)}.</strong> {words.bannerText}
          </span>
        </p>
      )}
      {items.length === 0 ? (
        <EmptyState title={words.empty} text={words.emptyText} command={words.emptyCommand} />
      ) : (
        <Panel title={words.caption} actions={<Filter items={items} shown={shown.length} choice={choice} onChoice={onChoice} />}>
          {shown.length > 0 ? (
            <Table
              caption={words.caption}
              captionHidden
              columns={columns}
              rows={shown}
              rowKey={({ scope, namespace, name }) => `${scope}/${namespace}/${name}`}
            />
          ) : (
            <p className="sources-none">
              {words.noMatch(items.length)} <Button onClick={() => onChoice({ q: '', health: undefined })}>{words.clear}</Button>
            </p>
          )}
        </Panel>
      )}
    </SourcesFrame>
  )
}

/** The heading, whatever comes under it. */
export function SourcesFrame({ children }: { children: ReactNode }) {
  return (
    <main className="screen sources" id="main">
      <header>
        <h1>{words.title}</h1>
        <p className="sources-lead">{words.lead}</p>
      </header>
      {children}
    </main>
  )
}

function Filter({ items, shown, choice, onChoice }: Pick<SourcesViewProps, 'items' | 'choice' | 'onChoice'> & { shown: number }) {
  return (
    <ListFilter
      words={words}
      q={choice.q}
      onQ={(q) => onChoice({ ...choice, q })}
      states={healths.map((value) => ({ value, text: words.health[value], count: items.filter(({ health }) => health === value).length }))}
      state={choice.health}
      onState={(health) => onChoice({ ...choice, health })}
      shown={shown}
      all={items.length}
      className="sources-fine"
    />
  )
}
