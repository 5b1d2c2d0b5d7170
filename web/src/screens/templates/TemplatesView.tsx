import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { TemplateItem } from '../../../../controller/src/server/dto/measuring.ts'
import { Button } from '../../parts/Button.tsx'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { StaleBar } from '../../parts/StaleBar.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { strings } from '../../strings.ts'
import { addressOf, matching, newAddress } from './list.ts'
import './Templates.css'

const words = strings.templates

export interface TemplatesViewProps {
  items: readonly TemplateItem[]
  q: string
  onQ(q: string): void
  /** What is shown is from then, and could not be renewed. */
  staleSince?: number | undefined
  retry?(): void
}

/** All templates that the person may see. */
export function TemplatesView({ items, q, onQ, staleSince, retry }: TemplatesViewProps) {
  const shown = matching(items, q)
  return (
    <TemplatesFrame>
      {staleSince !== undefined && <StaleBar since={staleSince} {...(retry ? { retry } : {})} />}
      {items.length === 0 ? (
        <EmptyState title={words.empty} text={words.emptyText} />
      ) : (
        <Panel
          title={words.caption}
          actions={
            <>
              <label className="field field-inline">
                <span className="visually-hidden">{words.filter}</span>
                <input
                  className="field-input"
                  type="search"
                  placeholder={words.filter}
                  value={q}
                  onChange={({ target }) => onQ(target.value)}
                />
              </label>
              <span className="templates-fine" role="status">
                {words.counted(shown.length, items.length)}
              </span>
            </>
          }
        >
          {shown.length > 0 ? (
            <Table
              caption={words.caption}
              captionHidden
              columns={columns}
              rows={shown}
              rowKey={({ scope, namespace, name }) => `${scope}/${namespace}/${name}`}
            />
          ) : (
            <p className="templates-none">
              {words.noMatch(items.length)} <Button onClick={() => onQ('')}>{words.clear}</Button>
            </p>
          )}
        </Panel>
      )}
    </TemplatesFrame>
  )
}

/** The heading, whatever comes under it. */
export function TemplatesFrame({ children }: { children: ReactNode }) {
  return (
    <main className="screen templates" id="main">
      <header className="templates-head">
        <div>
          <h1>{words.title}</h1>
          <p className="templates-lead">{words.lead}</p>
        </div>
        <Link className="button button-plain" to="/templates/$scope/$namespace/$name" params={newAddress}>
          {words.write}
        </Link>
      </header>
      {children}
    </main>
  )
}

const columns: readonly Column<TemplateItem>[] = [
  {
    id: 'name',
    title: words.columns.name,
    header: true,
    cell: (item) => (
      <>
        <Link to="/templates/$scope/$namespace/$name" params={addressOf(item)}>
          {item.name}
        </Link>
        <span className="templates-fine">{item.judge}</span>
      </>
    ),
    compare: (one, other) => one.name.localeCompare(other.name),
  },
  {
    id: 'scope',
    title: words.columns.scope,
    cell: ({ namespace }) => namespace ?? <span className="templates-fine">{words.scope.Cluster}</span>,
    compare: (one, other) => (one.namespace ?? '').localeCompare(other.namespace ?? ''),
  },
  { id: 'metrics', title: words.columns.metrics, cell: ({ metrics }) => <Metrics metrics={metrics} /> },
  { id: 'args', title: words.columns.args, cell: ({ args }) => <Args args={args} /> },
  { id: 'usedBy', title: words.columns.usedBy, cell: ({ usedBy }) => <UsedBy usedBy={usedBy} /> },
]

export function Metrics({ metrics }: Pick<TemplateItem, 'metrics'>) {
  return (
    <ul className="templates-list">
      {metrics.map(({ name, form, gate }) => (
        <li key={name}>
          {name}{' '}
          <span className="templates-fine">
            {form}, {gate ? words.gate : words.observe}
          </span>
        </li>
      ))}
    </ul>
  )
}

export function Args({ args }: Pick<TemplateItem, 'args'>) {
  if (args.length === 0) return <span className="templates-fine">{words.noArgs}</span>
  return (
    <ul className="templates-list">
      {args.map(({ name, value, required }) => (
        <li key={name}>
          <code>{name}</code> <span className="templates-fine">{required ? words.required : (value ?? '')}</span>
        </li>
      ))}
    </ul>
  )
}

const most = 5

export function UsedBy({ usedBy }: Pick<TemplateItem, 'usedBy'>) {
  if (usedBy.length === 0) return <span className="templates-fine">{words.unused}</span>
  return (
    <ul className="templates-list">
      {usedBy.slice(0, most).map(({ namespace, name }) => (
        <li key={`${namespace}/${name}`}>
          <Link to="/releases/$namespace/$name" params={{ namespace, name }}>
            {namespace}/{name}
          </Link>
        </li>
      ))}
      {usedBy.length > most && <li className="templates-fine">{words.andMore(usedBy.length - most)}</li>}
    </ul>
  )
}
