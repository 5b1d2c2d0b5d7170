import { type FormEvent, useState } from 'react'
import type { Access } from '../../../../controller/src/server/dto/session.ts'
import { Button } from '../../parts/Button.tsx'
import { Chip } from '../../parts/Chip.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { strings } from '../../strings.ts'
import './Settings.css'
import '../../parts/Field.css'

type Right = Access['rights'][number]

export interface AccessPanelProps {
  access?: Access
  error?: unknown
  retry?(): void
  namespace: string
  onNamespace(namespace: string): void
}

const words = strings.settings

const columns: readonly Column<Right>[] = [
  {
    id: 'resource',
    title: words.accessOf,
    cell: ({ resource }) => resource,
    compare: (one, other) => one.resource.localeCompare(other.resource),
  },
  {
    id: 'verb',
    title: words.accessVerb,
    cell: ({ verb }) => verb,
    header: true,
    compare: (one, other) => one.verb.localeCompare(other.verb),
  },
  {
    id: 'allowed',
    title: words.accessAnswer,
    cell: ({ allowed, because }) => (
      <>
        <Chip tone={allowed ? 'good' : 'quiet'}>{allowed ? words.allowed : words.refused}</Chip>{' '}
        {because && <span className="muted">{because}</span>}
      </>
    ),
    compare: (one, other) => Number(other.allowed) - Number(one.allowed),
  },
]

/** What the person may do, as the cluster answers it. */
export function AccessPanel({ access, error, retry, namespace, onNamespace }: AccessPanelProps) {
  const [text, setText] = useState(namespace)
  const ask = (event: FormEvent) => {
    event.preventDefault()
    onNamespace(text.trim())
  }
  return (
    <div id="access">
      <Panel title={words.access}>
        <form className="settings-ask" onSubmit={ask}>
          <label className="field">
            <span>{words.accessWhere}</span>
            <input
              className="field-input"
              autoComplete="off"
              spellCheck={false}
              maxLength={63}
              placeholder={words.accessEverywhere}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
          <Button type="submit">{words.accessAsk}</Button>
        </form>
        {access ? (
          <Table
            caption={words.accessCaption(access.namespace)}
            columns={columns}
            rows={access.rights}
            rowKey={({ verb, resource }) => `${verb} ${resource}`}
          />
        ) : error ? (
          <ErrorState error={error} {...(retry ? { retry } : {})} small />
        ) : (
          <Skeleton rows={6} />
        )}
      </Panel>
    </div>
  )
}
