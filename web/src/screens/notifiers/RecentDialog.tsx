import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import type { NotificationItem, NotifierItem } from '../../../../controller/src/server/dto/notifying.ts'
import { Button } from '../../parts/Button.tsx'
import { Chip, type Tone } from '../../parts/Chip.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { MovingIcon } from '../../parts/icons.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { Time } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import { nameOf } from './choice.ts'
import './Notifiers.css'

const words = strings.notifiers.recent

const tones: Record<NotificationItem['phase'], Tone> = { Sent: 'good', Pending: 'info', Dead: 'bad' }

const columns: readonly Column<NotificationItem>[] = [
  {
    id: 'event',
    title: words.columns.event,
    header: true,
    cell: ({ event }) => <span className="notifiers-name">{strings.notifiers.events[event] ?? event}</span>,
  },
  { id: 'of', title: words.columns.of, cell: Subject },
  { id: 'at', title: words.columns.at, cell: ({ at }) => <Time at={at} /> },
  {
    id: 'phase',
    title: words.columns.phase,
    cell: ({ phase, message }) => (
      <div className="notifiers-long">
        <Chip tone={tones[phase]} {...(phase === 'Pending' ? { shape: MovingIcon } : {})}>
          {words.phase[phase]}
        </Chip>
        {phase !== 'Sent' && <span className="notifiers-fine">{message}</span>}
      </div>
    ),
  },
  { id: 'because', title: words.columns.because, cell: ({ because }) => <div className="notifiers-long">{because}</div> },
]

function Subject({ of, namespace, run }: NotificationItem) {
  const name = `${namespace}/${of.name}`
  return (
    <div className="notifiers-long">
      {of.kind === 'Rollout' ? (
        <Link to="/releases/$namespace/$name" params={{ namespace, name: of.name }}>
          {name}
        </Link>
      ) : (
        name
      )}
      {run !== undefined && <span className="notifiers-fine">{words.run(run)}</span>}
    </div>
  )
}

export interface RecentDialogProps {
  notifier: NotifierItem
  /** Undefined: they are being fetched. */
  items: readonly NotificationItem[] | undefined
  error?: unknown
  retry?(): void
  onClose(): void
}

/** What a Notifier told lately, and what became of each. */
export function RecentDialog({ notifier, items, error, retry, onClose }: RecentDialogProps) {
  const name = nameOf(notifier)
  const close = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={words.title(name)}
      text={words.text}
      focus={close}
      actions={
        <Button ref={close} onClick={onClose}>
          {strings.parts.close}
        </Button>
      }
      className="notifiers-recent"
    >
      {error ? (
        <ErrorState small error={error} {...(retry ? { retry } : {})} />
      ) : items === undefined ? (
        <Skeleton rows={4} />
      ) : items.length === 0 ? (
        <p>{words.empty}</p>
      ) : (
        <Table
          caption={words.caption(name)}
          captionHidden
          columns={columns}
          rows={items}
          rowKey={(item) => `${item.namespace}/${item.name}`}
        />
      )}
    </Dialog>
  )
}
