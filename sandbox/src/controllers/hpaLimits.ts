/** What is done with a wished number of replicas before it is obeyed: stabilised over time, limited in speed, kept in its bounds. Pure. */

export interface ScalingPolicy {
  type: 'Pods' | 'Percent'
  value: number
  periodSeconds: number
}

export interface ScalingRules {
  stabilizationWindowSeconds?: number
  selectPolicy: 'Max' | 'Min' | 'Disabled'
  policies: ScalingPolicy[]
  tolerance?: string
}

/** As in the API, with its defaults. */
export interface Behaviour {
  scaleUp: ScalingRules
  scaleDown: ScalingRules
}

interface Recommendation {
  at: number
  replicas: number
}

interface ScaleEvent {
  at: number
  /** Pods that came or went. */
  pods: number
}

/** What is remembered of one autoscaler from look to look. */
export interface Past {
  recommendations: readonly Recommendation[]
  ups: readonly ScaleEvent[]
  downs: readonly ScaleEvent[]
}

export interface Limits {
  min: number
  max: number
  behaviour?: Behaviour | undefined
  /** The window of scaling down where `behaviour` does not say one. */
  downscaleStabilisationMs: number
}

export interface Limited {
  replicas: number
  /** With this recommendation in it. */
  past: Past
  able: { reason: string; message: string }
  limited: { status: boolean; reason: string; message: string }
}

/** At first sight, an autoscaler recommends what is. */
export const firstPast = (current: number, now: number): Past => ({ recommendations: [{ at: now, replicas: current }], ups: [], downs: [] })

/** What the wish becomes. Within the bounds, as long as `current` is. */
export function limited(desired: number, current: number, limits: Limits, past: Past, now: number): Limited {
  const { behaviour } = limits
  const downMs = behaviour?.scaleDown.stabilizationWindowSeconds
  const windows = {
    up: behaviour ? (behaviour.scaleUp.stabilizationWindowSeconds ?? 0) * 1000 : undefined,
    down: downMs === undefined ? limits.downscaleStabilisationMs : downMs * 1000,
  }
  const stable = stabilised(desired, current, windows, past, now)
  const bounded = behaviour ? withinRates(stable, current, limits, behaviour, past, now) : withinBounds(stable, current, limits)
  const oldest = now - Math.max(windows.up ?? 0, windows.down)
  return {
    replicas: bounded.replicas,
    past: { ...past, recommendations: [...past.recommendations.filter(({ at }) => at >= oldest), { at: now, replicas: desired }] },
    able: stable === desired ? readyForNewScale : desired >= current && behaviour ? upStabilised : downStabilised,
    limited: { status: bounded.replicas !== stable, reason: bounded.reason, message: bounded.message },
  }
}

/** The past after the workload was scaled. Events older than the longest policy are forgotten. */
export function scaled(past: Past, behaviour: Behaviour | undefined, from: number, to: number, now: number): Past {
  if (!behaviour || from === to) return past
  const longest = (rules: ScalingRules) => Math.max(0, ...rules.policies.map(({ periodSeconds }) => periodSeconds)) * 1000
  const young = (events: readonly ScaleEvent[], rules: ScalingRules) => events.filter(({ at }) => at >= now - longest(rules))
  return to > from
    ? { ...past, ups: [...young(past.ups, behaviour.scaleUp), { at: now, pods: to - from }] }
    : { ...past, downs: [...young(past.downs, behaviour.scaleDown), { at: now, pods: from - to }] }
}

const readyForNewScale = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' }
const upStabilised = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
}
const downStabilised = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
}

/** Down to the highest recommendation of the window only; with a behaviour also up to the lowest of its window only. */
function stabilised(desired: number, current: number, windows: { up: number | undefined; down: number }, past: Past, now: number): number {
  const { up, down } = windows
  if (up === undefined) {
    return Math.max(desired, ...past.recommendations.filter(({ at }) => at >= now - down).map(({ replicas }) => replicas))
  }
  const since = (ms: number) => past.recommendations.filter(({ at }) => at > now - ms).map(({ replicas }) => replicas)
  const lowest = Math.min(desired, ...since(up))
  const highest = Math.max(desired, ...since(down))
  return Math.min(Math.max(current, lowest), highest)
}

interface Bounded {
  replicas: number
  reason: string
  message: string
}

const inRange = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' }
const tooFew = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' }
const tooMany = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' }
const tooFast = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' }
const tooFastDown = { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' }

/** Without a behaviour: to the double in one look, to four at least. */
function withinBounds(desired: number, current: number, { min, max }: Limits): Bounded {
  const fastest = Math.max(2 * current, 4)
  const most = Math.min(max, fastest)
  if (desired < min) return { replicas: min, ...tooFew }
  if (desired > most) return { replicas: most, ...(max > fastest ? tooFast : tooMany) }
  return { replicas: desired, ...inRange }
}

function withinRates(desired: number, current: number, limits: Limits, behaviour: Behaviour, past: Past, now: number): Bounded {
  if (desired > current) {
    const fastest = Math.max(current, highestOf(behaviour.scaleUp, current, past, now))
    const most = Math.min(limits.max, fastest)
    if (desired > most) return { replicas: most, ...(limits.max > fastest ? tooFast : tooMany) }
  }
  if (desired < current) {
    const fastest = Math.min(current, lowestOf(behaviour.scaleDown, current, past, now))
    const least = Math.max(limits.min, fastest)
    if (desired < least) return { replicas: least, ...(limits.min < fastest ? tooFastDown : tooFew) }
  }
  return { replicas: desired, ...inRange }
}

/** How many there were when the policy's period began. */
function atBeginning({ periodSeconds }: ScalingPolicy, current: number, { ups, downs }: Past, now: number): number {
  const sum = (events: readonly ScaleEvent[]) =>
    events.reduce((all, { at, pods }) => (at > now - periodSeconds * 1000 ? all + pods : all), 0)
  return current - sum(ups) + sum(downs)
}

function highestOf({ selectPolicy, policies }: ScalingRules, current: number, past: Past, now: number): number {
  if (selectPolicy === 'Disabled') return current
  const allowed = policies.map((policy) => {
    const begin = atBeginning(policy, current, past, now)
    return policy.type === 'Pods' ? begin + policy.value : Math.ceil(begin * (1 + policy.value / 100))
  })
  return selectPolicy === 'Min' ? Math.min(...allowed) : Math.max(...allowed)
}

function lowestOf({ selectPolicy, policies }: ScalingRules, current: number, past: Past, now: number): number {
  if (selectPolicy === 'Disabled') return current
  const allowed = policies.map((policy) => {
    const begin = atBeginning(policy, current, past, now)
    return policy.type === 'Pods' ? begin - policy.value : Math.trunc(begin * (1 - policy.value / 100))
  })
  // The policy that changes least leaves most.
  return selectPolicy === 'Min' ? Math.max(...allowed) : Math.min(...allowed)
}
