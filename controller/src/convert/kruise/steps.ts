import type { RolloutSpecInput } from '../../api/rollout.ts'
import { durationText } from '../durations.ts'
import type { Reading } from '../reading.ts'

export type Step = NonNullable<NonNullable<RolloutSpecInput['canary']>['steps']>[number]

/** A step of Kruise: first so many pods, then so much traffic, then a pause. */
interface Read {
  readonly reading: Reading
  readonly percent: number | undefined
  /** Kruise looks at requests here, and not at the weight. */
  readonly matched: boolean
  readonly replicas: Size | undefined
  /** Undefined: none; `manual`: until somebody says so. */
  readonly pause: number | 'manual' | undefined
}

type Size = { readonly replicas: number } | { readonly percent: number }

export interface Steps {
  readonly steps: readonly Step[]
  /** The traffic is moved at once: what a switch of blue/green does. */
  readonly switches?: { readonly size: Size | undefined; readonly pause: number | 'manual' | undefined }
}

/** Steps of a canary or blue/green strategy. `routed`: whether something carries weights; without it the number of pods is the weight. */
export function stepsOf(list: Reading, routed: boolean): Steps {
  const read = list.items().map(stepOf)
  const last = read.at(-1)
  const whole = last && (last.percent ?? (last.replicas && 'percent' in last.replicas ? last.replicas.percent : undefined)) === 100
  // All pods and all traffic, which the promotion brings: Kruise does not pause there either.
  const before = whole ? read.slice(0, -1) : read
  const [only] = before
  if (whole && before.length === 1 && only?.percent === 0) return { steps: [], switches: { size: only.replicas, pause: only.pause } }
  const steps: Step[] = []
  let sized = false
  for (const { reading, percent, replicas: wanted, pause, matched } of before) {
    // Without a route every pod gets its share of all requests.
    const replicas = matched && !routed ? undefined : wanted
    const share = percent ?? (!routed && replicas && 'percent' in replicas ? replicas.percent : undefined)
    const plain = share !== undefined && (replicas === undefined || ('percent' in replicas && replicas.percent === share))
    if (!plain && replicas) steps.push({ scale: replicas })
    else if (plain && sized) steps.push({ scale: { matchTraffic: true } })
    sized = plain ? false : sized || replicas !== undefined
    if (share !== undefined) steps.push({ weight: share })
    if (pause === 'manual') steps.push({ pause: {} })
    else if (pause !== undefined && pause > 0) steps.push({ pause: { for: durationText(pause) } })
    if (share === undefined && routed && !matched)
      reading.say({
        severity: 'changed',
        what: 'pods of the new version start here, and no traffic goes to them',
        doInstead: 'write a weight, if it should',
      })
  }
  return { steps: steps.length > 0 ? steps : [{ weight: 100 }] }
}

function stepOf(reading: Reading): Read {
  const traffic = reading.at('traffic').value === undefined ? reading.at('weight') : reading.at('traffic')
  const matched = reading.at('matches').items().length > 0
  const percent = percentOf(traffic)
  const routing = 'Serin does not send some requests to the new version by what they are, yet'
  reading.at('matches').lost(routing, 'write a weight instead, or look at the new version through its own Service, <service>-canary')
  reading.at('requestHeaderModifier').lost('no header is written for the new version', 'write a filter into the route')
  const [pause, duration] = [reading.at('pause'), reading.at('pause', 'duration')]
  // A pause without a length, and none at all, waits for a person.
  const waits = duration.value === undefined ? 'manual' : duration.count()
  if (pause.value !== undefined && waits === undefined) pause.at('duration').lost('no number of seconds', 'write one')
  return { reading, percent: matched ? undefined : percent, matched, replicas: sizeOf(reading.at('replicas')), pause: waits }
}

/** `20%`, "20" or 20. */
function percentOf(reading: Reading): number | undefined {
  const [, number] = /^(\d{1,3})%?$/.exec(String(reading.value ?? '')) ?? []
  if (number === undefined || Number(number) > 100) return undefined
  reading.take()
  return Number(number)
}

function sizeOf(reading: Reading): Size | undefined {
  const text = String(reading.value ?? '')
  if (text.endsWith('%')) {
    const percent = percentOf(reading)
    return percent === undefined ? undefined : { percent }
  }
  if (!/^\d{1,5}$/.test(text)) return undefined
  reading.take()
  return { replicas: Number(text) }
}
