import type { NotifierItem } from '../../../../controller/src/server/dto/notifying.ts'
import { Button } from '../../parts/Button.tsx'
import { Chip, type Tone } from '../../parts/Chip.tsx'
import { MovingIcon } from '../../parts/icons.tsx'
import { Time } from '../../parts/Time.tsx'
import { strings } from '../../strings.ts'
import { nameOf, type State } from './choice.ts'
import type { Trying } from './useTests.ts'

const words = strings.notifiers

const stateTones: Record<State, Tone> = { Ready: 'good', Failing: 'bad', Unknown: 'quiet' }
const testTones = { Sending: 'info', Sent: 'good', Failed: 'bad' } as const

export function Name({ name, target, to }: NotifierItem) {
  return (
    <>
      <span className="notifiers-name">{name}</span>
      <span className="notifiers-fine">
        {words.targets[target] ?? target}
        {to === undefined ? '' : `, ${to}`}
      </span>
    </>
  )
}

export function StateCell({ state, lastError }: NotifierItem) {
  return (
    <div className="notifiers-state">
      <Chip tone={stateTones[state]}>{words.state[state]}</Chip>
      {state === 'Failing' && lastError && (
        <span className="notifiers-fine">
          {lastError.message} <Time at={lastError.at} />
        </span>
      )}
    </div>
  )
}

export function Where({ namespace, namespaces, rollouts }: NotifierItem) {
  return (
    <div className="notifiers-long">
      {namespace ?? <span className="notifiers-fine">{words.scope.Cluster}</span>}
      {namespaces.length > 0 && <span className="notifiers-fine">{words.ofNamespaces(namespaces)}</span>}
      {rollouts.length > 0 && <span className="notifiers-fine">{words.ofRollouts(rollouts)}</span>}
    </div>
  )
}

export function Waiting({ pending, dead }: NotifierItem) {
  if (pending + dead === 0) return <span className="notifiers-fine">{words.nothing}</span>
  return (
    <div className="notifiers-waiting">
      {pending > 0 && (
        <Chip tone="info" shape={MovingIcon}>
          {words.pending(pending)}
        </Chip>
      )}
      {dead > 0 && <Chip tone="bad">{words.dead(dead)}</Chip>}
    </div>
  )
}

/** The button, and what became of the last test: the newest that is known. */
export function TestCell({
  item,
  trying,
  readOnly,
  onTest,
}: {
  item: NotifierItem
  trying: Trying | undefined
  readOnly: boolean
  onTest(item: NotifierItem): void
}) {
  const { test } = item
  return (
    <div className="notifiers-test">
      <Button
        aria-label={words.test.label(nameOf(item))}
        busy={trying?.state === 'asked'}
        disabled={readOnly}
        {...(readOnly ? { because: words.test.readOnly } : {})}
        onClick={() => onTest(item)}
      >
        {words.test.send}
      </Button>
      {trying?.state === 'asked' ? (
        <Chip tone="info" shape={MovingIcon}>
          {words.test.Sending}
        </Chip>
      ) : trying?.state === 'late' ? (
        <span className="notifiers-fine">{words.test.late}</span>
      ) : trying?.state === 'refused' ? (
        <div role="alert">
          <Chip tone="bad">{words.test.refused}</Chip>
          <span className="notifiers-fine">{trying.error instanceof Error ? trying.error.message : String(trying.error)}</span>
        </div>
      ) : (
        test && (
          <div>
            <Chip tone={testTones[test.result]} {...(test.result === 'Sending' ? { shape: MovingIcon } : {})}>
              {words.test[test.result]}
            </Chip>{' '}
            <span className="notifiers-ago">
              <Time at={test.at} />
            </span>
            {test.result === 'Failed' && <span className="notifiers-fine">{test.message}</span>}
          </div>
        )
      )}
    </div>
  )
}
