import { type ReactNode, useMemo } from 'react'
import type { NotifierItem } from '../../../../controller/src/server/dto/notifying.ts'
import { Button } from '../../parts/Button.tsx'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { WarnIcon } from '../../parts/icons.tsx'
import { ListFilter } from '../../parts/ListFilter.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { StaleBar } from '../../parts/StaleBar.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { Time } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import { Name, StateCell, TestCell, Waiting, Where } from './cells.tsx'
import { type Choice, keyOf, matching, nameOf, states } from './choice.ts'
import type { Trying } from './useTests.ts'
import './Notifiers.css'

const words = strings.notifiers

export interface NotifiersViewProps {
  items: readonly NotifierItem[]
  choice: Choice
  onChoice(choice: Choice): void
  /** Tests under way, or that came to nothing, by the Notifier's key. */
  trying: ReadonlyMap<string, Trying>
  readOnly: boolean
  onTest(item: NotifierItem): void
  onRecent(item: NotifierItem): void
  /** What is shown is from then, and could not be renewed. */
  staleSince?: number | undefined
  retry?(): void
}

/** Who is told what, whether it arrives, and a test of each. */
export function NotifiersView(props: NotifiersViewProps) {
  const { items, choice, onChoice, trying, readOnly, onTest, onRecent, staleSince, retry } = props
  const shown = matching(items, choice)
  const failing = items.filter(({ state }) => state === 'Failing').length
  const columns = useMemo(() => columnsOf({ trying, readOnly, onTest, onRecent }), [trying, readOnly, onTest, onRecent])
  return (
    <NotifiersFrame>
      {staleSince !== undefined && <StaleBar since={staleSince} {...(retry ? { retry } : {})} />}
      {failing > 0 && (
        <p className="notifiers-banner">
          <WarnIcon />
          <span>
            <strong>{words.banner(failing)}.</strong> {words.bannerText}
          </span>
        </p>
      )}
      {items.length === 0 ? (
        <EmptyState title={words.empty} text={words.emptyText} command={words.emptyCommand} />
      ) : (
        <Panel title={words.caption} actions={<Filter items={items} shown={shown.length} choice={choice} onChoice={onChoice} />}>
          {shown.length > 0 ? (
            <Table caption={words.caption} captionHidden columns={columns} rows={shown} rowKey={keyOf} />
          ) : (
            <p className="notifiers-none">
              {words.noMatch(items.length)} <Button onClick={() => onChoice({ q: '', state: undefined })}>{words.clear}</Button>
            </p>
          )}
        </Panel>
      )}
    </NotifiersFrame>
  )
}

function columnsOf({
  trying,
  readOnly,
  onTest,
  onRecent,
}: Pick<NotifiersViewProps, 'trying' | 'readOnly' | 'onTest' | 'onRecent'>): readonly Column<NotifierItem>[] {
  return [
    { id: 'name', title: words.columns.name, header: true, cell: Name, compare: (one, other) => one.name.localeCompare(other.name) },
    {
      id: 'state',
      title: words.columns.state,
      cell: StateCell,
      compare: (one, other) => states.indexOf(one.state) - states.indexOf(other.state),
    },
    {
      id: 'test',
      title: words.columns.test,
      cell: (item) => <TestCell item={item} trying={trying.get(keyOf(item))} readOnly={readOnly} onTest={onTest} />,
    },
    {
      id: 'scope',
      title: words.columns.scope,
      cell: Where,
      compare: (one, other) => (one.namespace ?? '').localeCompare(other.namespace ?? ''),
    },
    {
      id: 'tells',
      title: words.columns.tells,
      cell: ({ events }) => <div className="notifiers-long">{events.map((event) => words.events[event] ?? event).join(', ')}</div>,
    },
    {
      id: 'last',
      title: words.columns.last,
      cell: ({ lastSentAt }) =>
        lastSentAt === undefined ? <span className="notifiers-fine">{words.never}</span> : <Time at={lastSentAt} />,
    },
    {
      id: 'counts',
      title: words.columns.counts,
      cell: Waiting,
      compare: (one, other) => one.pending + one.dead - other.pending - other.dead,
    },
    {
      id: 'recent',
      title: words.columns.recent,
      cell: (item) => (
        <Button aria-label={words.recent.label(nameOf(item))} onClick={() => onRecent(item)}>
          {words.recent.show}
        </Button>
      ),
    },
  ]
}

/** The heading, whatever comes under it. */
export function NotifiersFrame({ children }: { children: ReactNode }) {
  return (
    <main className="screen notifiers" id="main">
      <header>
        <h1>{words.title}</h1>
        <p className="notifiers-lead">{words.lead}</p>
      </header>
      {children}
    </main>
  )
}

function Filter({ items, shown, choice, onChoice }: Pick<NotifiersViewProps, 'items' | 'choice' | 'onChoice'> & { shown: number }) {
  return (
    <ListFilter
      words={words}
      q={choice.q}
      onQ={(q) => onChoice({ ...choice, q })}
      states={states.map((value) => ({ value, text: words.state[value], count: items.filter(({ state }) => state === value).length }))}
      state={choice.state}
      onState={(state) => onChoice({ ...choice, state })}
      shown={shown}
      all={items.length}
      className="notifiers-fine"
    />
  )
}
