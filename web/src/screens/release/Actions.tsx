import { useEffect, useState } from 'react'
import type { Action, CommandView, Offer, ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import { Button, IconButton } from '../../parts/Button.tsx'
import { ConfirmDialog } from '../../parts/Dialog.tsx'
import {
  BackIcon,
  CheckIcon,
  ChevronIcon,
  ClockIcon,
  CrossIcon,
  type Icon,
  MovingIcon,
  PauseIcon,
  PlayIcon,
  StopIcon,
} from '../../parts/icons.tsx'
import { imageText } from '../../parts/imageText.ts'
import { say, sayNow } from '../../parts/Live.tsx'
import { Menu } from '../../parts/Menu.tsx'
import { Select } from '../../parts/Select.tsx'
import { useNow } from '../../parts/Time.tsx'
import { relativeText } from '../../parts/times.ts'
import { strings } from '../../strings.ts'
import type { Asking } from './asking.ts'
import { arranged, conflictOf, isDangerous, kindOf, needsReason, refusalOf } from './offers.ts'
import './Actions.css'

const words = strings.actions

const icons: Record<Action, Icon> = {
  promote: PlayIcon,
  promoteFull: MovingIcon,
  pause: PauseIcon,
  resume: PlayIcon,
  abort: StopIcon,
  retry: PlayIcon,
  approve: CheckIcon,
  reject: CrossIcon,
  undo: BackIcon,
  restart: MovingIcon,
}

/** What can be done now. The likeliest are buttons, the rest is a menu. */
export function ActionBar({
  release,
  readOnly = false,
  busy = false,
  onChoose,
}: {
  release: ReleaseDetail
  readOnly?: boolean
  busy?: boolean
  onChoose(offer: Offer): void
}) {
  const { buttons, menu } = arranged(release.offers, release)
  if (buttons.length === 0 && menu.length === 0) return null
  return (
    <fieldset className="actions" aria-label={words.label}>
      {buttons.map((offer) => {
        const because = refusalOf(offer, release, readOnly)
        return (
          <Button
            key={offer.action}
            kind={kindOf(offer.action)}
            icon={icons[offer.action]}
            disabled={because !== undefined || busy}
            {...(because === undefined ? {} : { because })}
            onClick={() => onChoose(offer)}
          >
            {words.names[offer.action]}
          </Button>
        )
      })}
      {menu.length > 0 && (
        <Menu
          label={words.more}
          trigger={<Button icon={ChevronIcon}>{words.more}</Button>}
          items={menu.map((offer) => {
            const because = refusalOf(offer, release, readOnly)
            return {
              id: offer.action,
              title: words.names[offer.action],
              icon: icons[offer.action],
              disabled: because !== undefined || busy,
              ...(because === undefined ? {} : { because }),
              onSelect: () => onChoose(offer),
            }
          })}
        />
      )}
    </fieldset>
  )
}

/** Asks before it is done; withdrawn when somebody was faster. */
export function ActionDialog({
  release,
  asking,
  commands,
  stale = false,
  checking = false,
  onClose,
  onSend,
}: {
  release: ReleaseDetail
  asking: Asking
  commands: readonly CommandView[]
  /** The page was not live: what is shown may be old. */
  stale?: boolean
  /** The state is being read again. */
  checking?: boolean
  onClose(): void
  onSend(reason: string, version: string | undefined): void
}) {
  const now = useNow()
  const open = asking.state === 'open' || asking.state === 'sending' ? asking : undefined
  if (!open) return null
  const { offer, openedAt } = open
  const conflict = asking.state === 'open' ? conflictOf(offer, openedAt, release, commands, now) : undefined
  return (
    <Asked
      key={`${offer.action} ${openedAt}`}
      release={release}
      offer={offer}
      conflict={conflict}
      stale={stale}
      busy={asking.state === 'sending' || checking}
      error={asking.state === 'open' ? asking.error : undefined}
      onClose={onClose}
      onSend={onSend}
    />
  )
}

function Asked({
  release,
  offer,
  conflict,
  stale,
  busy,
  error,
  onClose,
  onSend,
}: {
  release: ReleaseDetail
  offer: Offer
  conflict: string | undefined
  stale: boolean
  busy: boolean
  error: unknown
  onClose(): void
  onSend(reason: string, version: string | undefined): void
}) {
  const now = useNow()
  const versions = offer.versions ?? []
  const [version, setVersion] = useState(versions[0]?.hash)
  useEffect(() => {
    if (conflict) sayNow(conflict)
  }, [conflict])
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={words.question(words.names[offer.action], release.name)}
      text={offer.effect}
      confirm={words.names[offer.action]}
      kind={isDangerous(offer.action) ? 'danger' : 'primary'}
      reason={needsReason(offer.action) ? 'required' : 'optional'}
      busy={busy}
      error={error}
      {...(conflict === undefined ? {} : { because: conflict })}
      onConfirm={(reason) => onSend(reason, version)}
    >
      {conflict && (
        <p className="action-conflict" role="alert">
          <ClockIcon /> {conflict}
        </p>
      )}
      {stale && !conflict && <p className="action-stale">{words.stale}</p>}
      {versions.length > 0 && version !== undefined && (
        <Select
          label={words.version}
          value={version}
          onChange={setVersion}
          options={versions.map(({ hash, images, promotedAt }) => ({
            value: hash,
            label: words.versionText(
              hash,
              images.map(imageText).join(', '),
              promotedAt ? words.promotedAt(relativeText(Date.parse(promotedAt), now)) : '',
            ),
          }))}
        />
      )}
    </ConfirmDialog>
  )
}

/** After this long without an answer the controller is probably away. */
const patience = 15_000

/** What became of it, in place and for screen readers. */
export function Outcome({ asking, onDismiss }: { asking: Asking; onDismiss(): void }) {
  const now = useNow()
  const told = outcomeOf(asking, now)
  const text = told ? [told.title, told.text].filter((part) => part !== '').join('. ') : ''
  const bad = told?.tone === 'bad'
  useEffect(() => {
    if (text !== '') (bad ? sayNow : say)(text)
  }, [text, bad])
  if (!told) return null
  const Shape = told.tone === 'good' ? CheckIcon : told.tone === 'bad' ? CrossIcon : ClockIcon
  return (
    <div className={`outcome outcome-${told.tone}`}>
      <Shape />
      <p>
        <strong>{told.title}</strong> {told.text}
      </p>
      <IconButton label={words.dismiss} icon={CrossIcon} onClick={onDismiss} />
    </div>
  )
}

function outcomeOf(asking: Asking, now: number): { tone: 'good' | 'bad' | 'info' | 'warn'; title: string; text: string } | undefined {
  switch (asking.state) {
    case 'idle':
    case 'open':
    case 'sending':
      return undefined
    case 'following': {
      const action = words.names[asking.offer.action]
      return now - asking.sentAt > patience
        ? { tone: 'warn', title: words.late(action), text: '' }
        : { tone: 'info', title: words.asked(action), text: '' }
    }
    case 'answered': {
      const { offer, command } = asking
      const action = words.names[offer.action]
      return command.phase === 'Refused'
        ? { tone: 'bad', title: words.refused(action), text: command.message }
        : { tone: 'good', title: words.done(action), text: command.message }
    }
  }
}
