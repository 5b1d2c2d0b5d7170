import { type Cause, child, forbidden, invalid, required, unsupported } from './causes.ts'
import { copy, equal, type JsonMap } from './json.ts'
import { labelCauses } from './metadata.ts'
import { validatePodSpec } from './podValidation.ts'
import { matchesSelector } from './selectors.ts'

function atLeastZero(spec: JsonMap, fields: readonly string[]): Cause[] {
  return fields
    .filter((field) => spec[field] < 0)
    .map((field) => invalid(child('spec', field), spec[field], 'must be greater than or equal to 0'))
}

const isEmptySelector = (selector: JsonMap | undefined): boolean =>
  !Object.keys(selector?.matchLabels ?? {}).length && !selector?.matchExpressions?.length

/** As Go prints a map. */
const printedMap = (labels: JsonMap | undefined): JsonMap | undefined =>
  labels && Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

const printedSelector = ({ matchLabels, matchExpressions }: JsonMap): JsonMap => ({
  ...(matchLabels && { matchLabels: printedMap(matchLabels) }),
  ...(matchExpressions && { matchExpressions }),
})

/** Selector and template: they fit together, and the selector is for good. */
function templateCauses({ spec }: JsonMap, old: JsonMap | undefined): Cause[] {
  const causes: Cause[] = []
  const { selector, template = {} } = spec
  const labels = template.metadata?.labels ?? {}
  if (!selector) {
    causes.push(
      required('spec.selector'),
      invalid('spec.template.metadata.labels', printedMap(template.metadata?.labels), '`selector` does not match template `labels`'),
    )
  } else if (isEmptySelector(selector))
    causes.push(invalid('spec.selector', printedSelector(selector), 'empty selector is invalid for deployment'))
  else {
    causes.push(...labelCauses(selector.matchLabels, 'spec.selector.matchLabels'))
    if (!matchesSelector(selector, labels))
      causes.push(invalid('spec.template.metadata.labels', printedMap(labels), '`selector` does not match template `labels`'))
  }
  causes.push(...labelCauses(labels, 'spec.template.labels'), ...validatePodSpec(template.spec ?? {}, 'spec.template.spec'))
  const policy = template.spec?.restartPolicy
  if (policy && policy !== 'Always') causes.push(unsupported('spec.template.spec.restartPolicy', policy, ['Always']))
  if (old && !equal(old.spec.selector, selector)) causes.push(invalid('spec.selector', printedSelector(selector), 'field is immutable'))
  return causes
}

/** A count or a share of pods; undefined when it is neither. */
function amount(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(String(value))?.[1]
  return percent === undefined ? undefined : Number(percent)
}

function rollingCauses(rolling: JsonMap | undefined, path: string): Cause[] {
  if (!rolling) return []
  const causes: Cause[] = []
  for (const key of ['maxUnavailable', 'maxSurge']) {
    const value = rolling[key]
    if (value === undefined) continue
    const number = amount(value)
    if (number === undefined) {
      const why =
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
      causes.push(invalid(child(path, key), value, why))
    } else if (number < 0) causes.push(invalid(child(path, key), value, 'must be greater than or equal to 0'))
  }
  if (amount(rolling.maxUnavailable) === 0 && amount(rolling.maxSurge) === 0) {
    causes.push(invalid(child(path, 'maxUnavailable'), rolling.maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
  }
  if (typeof rolling.maxUnavailable === 'string' && (amount(rolling.maxUnavailable) ?? 0) > 100) {
    causes.push(invalid(child(path, 'maxUnavailable'), rolling.maxUnavailable, 'must not be greater than 100%'))
  }
  return causes
}

/** The internal struct, under Go's names. */
const printedStrategy = ({ type = '', rollingUpdate }: JsonMap = {}) => ({
  Type: type,
  RollingUpdate: rollingUpdate ? { MaxUnavailable: rollingUpdate.maxUnavailable, MaxSurge: rollingUpdate.maxSurge } : null,
})

export function validateDeployment(object: JsonMap, old: JsonMap | undefined): Cause[] {
  const { spec } = object
  const causes = [
    ...atLeastZero(spec, ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']),
    ...templateCauses(object, old),
  ]
  const { type, rollingUpdate } = spec.strategy ?? {}
  if (type === 'Recreate') {
    if (rollingUpdate) causes.push(forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"))
  } else if (type === 'RollingUpdate') causes.push(...rollingCauses(rollingUpdate, 'spec.strategy.rollingUpdate'))
  else causes.push(unsupported('spec.strategy', printedStrategy(spec.strategy), ['Recreate', 'RollingUpdate']))
  if (spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0)) {
    causes.push(invalid('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds, 'must be greater than minReadySeconds'))
  }
  return causes
}

export const validateReplicaSet = (object: JsonMap, old: JsonMap | undefined): Cause[] => [
  ...atLeastZero(object.spec, ['replicas', 'minReadySeconds']),
  ...templateCauses(object, old),
]

export function validateDaemonSet(object: JsonMap, old: JsonMap | undefined): Cause[] {
  const { spec } = object
  const causes = [...atLeastZero(spec, ['minReadySeconds', 'revisionHistoryLimit']), ...templateCauses(object, old)]
  const { type, rollingUpdate } = spec.updateStrategy ?? {}
  if (type === 'RollingUpdate') causes.push(...rollingCauses(rollingUpdate, 'spec.updateStrategy.rollingUpdate'))
  else if (type !== 'OnDelete')
    causes.push(unsupported('spec.updateStrategy', printedStrategy(spec.updateStrategy), ['OnDelete', 'RollingUpdate']))
  return causes
}

/** What of a StatefulSet may be written after it was created. */
const statefulSetMutable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]

const printedStatefulStrategy = ({ type = '', rollingUpdate }: JsonMap = {}) => ({
  Type: type,
  RollingUpdate: rollingUpdate ? { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: rollingUpdate.maxUnavailable ?? null } : null,
})

export function validateStatefulSet(object: JsonMap, old: JsonMap | undefined): Cause[] {
  const { spec } = object
  // A changed selector is refused below, together with everything else that is fixed.
  const causes = [...atLeastZero(spec, ['replicas', 'minReadySeconds', 'revisionHistoryLimit']), ...templateCauses(object, undefined)]
  const { type, rollingUpdate } = spec.updateStrategy ?? {}
  if (type !== 'OnDelete' && type !== 'RollingUpdate')
    causes.push(invalid('spec.updateStrategy', printedStatefulStrategy(spec.updateStrategy), "must be 'RollingUpdate' or 'OnDelete'"))
  if (rollingUpdate?.partition < 0)
    causes.push(invalid('spec.updateStrategy.rollingUpdate.partition', rollingUpdate.partition, 'must be greater than or equal to 0'))
  if (old && !equal(fixed(spec), fixed(old.spec))) {
    const names = statefulSetMutable.map((name) => `'${name}'`)
    const listed = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
    causes.push(forbidden('spec', `updates to statefulset spec for fields other than ${listed} are forbidden`))
  }
  return causes
}

function fixed(spec: JsonMap): JsonMap {
  const out = copy(spec)
  for (const name of statefulSetMutable) delete out[name]
  return out
}
