import type { StepView } from '../../../../controller/src/server/dto/detail.ts'
import { CheckIcon, CircleIcon, type Icon, MovingIcon, PlayIcon } from '../../parts/icons.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { strings } from '../../strings.ts'
import { Lasting } from './Lasting.tsx'
import './Steps.css'

const words = strings.release.steps
const shapes: Record<StepView['state'], Icon> = { done: CheckIcon, now: PlayIcon, next: CircleIcon, skipped: MovingIcon }

/** The way of a run, each step by shape and word; between runs that of the next one, of which no step is anywhere yet. */
export function Steps({ steps, underWay }: { steps: readonly StepView[]; underWay: boolean }) {
  return (
    <Panel title={underWay ? words.title : words.ofNext}>
      {steps.length === 0 ? (
        <p className="muted">{words.none}</p>
      ) : (
        <ol className="steps">
          {steps.map(({ index, text, state, since }) => {
            const Shape = shapes[state]
            return (
              <li key={index} className={`step step-${state}`} aria-current={state === 'now' ? 'step' : undefined}>
                <span className="step-mark">
                  <Shape size={14} />
                </span>
                <span className="step-text">
                  {index + 1}. {text}
                </span>
                {underWay && (
                  <span className="step-state">
                    {words.states[state]}
                    {state === 'now' && since && (
                      <>
                        {' '}
                        <Lasting since={since} />
                      </>
                    )}
                  </span>
                )}
              </li>
            )
          })}
        </ol>
      )}
    </Panel>
  )
}
