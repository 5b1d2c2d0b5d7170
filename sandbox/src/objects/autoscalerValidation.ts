import { type Cause, child, forbidden, invalid, keyed, required, unsupported } from './causes.ts'
import type { JsonMap } from './json.ts'
import { parseQuantity } from './quantity.ts'

const sources = ['object', 'external', 'pods', 'resource', 'containerResource'] as const
type Source = (typeof sources)[number]

const sourceOfType: Record<string, Source> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
}

export function validateAutoscaler({ spec }: JsonMap): Cause[] {
  const causes: Cause[] = []
  const { minReplicas, maxReplicas, scaleTargetRef = {}, metrics = [], behavior } = spec
  if (minReplicas < 1) causes.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'))
  if (maxReplicas < 0) causes.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1'))
  if ((maxReplicas ?? 0) < minReplicas)
    causes.push(invalid('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than or equal to `minReplicas`'))
  if (!maxReplicas) causes.push(required('spec.maxReplicas', 'must be set and greater than 0'))
  causes.push(...reference(scaleTargetRef, 'spec.scaleTargetRef'))
  if (!String(scaleTargetRef.apiVersion ?? '').includes('/'))
    causes.push(invalid('spec.scaleTargetRef.apiVersion', scaleTargetRef.apiVersion ?? '', 'apiVersion must specify API group'))
  for (const [i, metric] of metrics.entries()) causes.push(...metricCauses(metric, keyed('spec.metrics', i)))
  const outside = metrics.some(({ type }: JsonMap) => type === 'Object' || type === 'External')
  if (minReplicas === 0 && !outside)
    causes.push(forbidden('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas'))
  for (const direction of ['scaleUp', 'scaleDown'])
    if (behavior?.[direction]) causes.push(...rulesCauses(behavior[direction], `spec.behavior.${direction}`))
  return causes
}

const reference = (ref: JsonMap, path: string): Cause[] =>
  ['kind', 'name'].filter((key) => !ref[key]).map((key) => required(child(path, key)))

function metricCauses(metric: JsonMap, path: string): Cause[] {
  const causes: Cause[] = []
  const { type = '' } = metric
  const types = Object.keys(sourceOfType)
  const expected = sourceOfType[type]
  if (!type) causes.push(required(child(path, 'type'), 'must specify a metric source type'))
  if (!expected) causes.push(unsupported(child(path, 'type'), type, types))
  const present = sources.filter((source) => metric[source])
  const [first] = present
  if (first) causes.push(...sourceCauses[first](metric[first], child(path, first)))
  if (!expected) causes.push(unsupported(child(path, 'type'), type, types))
  else if (!metric[expected]) causes.push(required(child(path, expected), 'must populate information for the given metric source'))
  if (present.length !== 1)
    for (const source of present)
      if (source !== expected) causes.push(forbidden(child(path, source), 'must populate the given metric source only'))
  return causes
}

const sourceCauses: Record<Source, (source: JsonMap, path: string) => Cause[]> = {
  object: ({ describedObject = {}, metric = {}, target = {} }, path) => [
    ...reference(describedObject, child(path, 'describedObject')),
    ...identifier(metric, child(path, 'metric')),
    ...targetCauses(target, child(path, 'target')),
    ...(target.value === undefined && target.averageValue === undefined
      ? [required(`${path}.target.averageValue`, 'must set either a target value or averageValue')]
      : []),
  ],
  external: ({ metric = {}, target = {} }, path) => [
    ...identifier(metric, child(path, 'metric')),
    ...targetCauses(target, child(path, 'target')),
    ...(target.value === undefined && target.averageValue === undefined
      ? [required(`${path}.target.averageValue`, 'must set either a target value for metric or a per-pod target')]
      : []),
    ...(target.value !== undefined && target.averageValue !== undefined
      ? [forbidden(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target')]
      : []),
  ],
  pods: ({ metric = {}, target = {} }, path) => [
    ...identifier(metric, child(path, 'metric')),
    ...targetCauses(target, child(path, 'target')),
    ...(target.averageValue === undefined ? [required(`${path}.target.averageValue`, 'must specify a positive target averageValue')] : []),
  ],
  resource: (source, path) => resourceCauses(source, path),
  containerResource: (source, path) => [
    ...(source.container ? [] : [required(child(path, 'container'), 'must specify a container')]),
    ...resourceCauses(source, path),
  ],
}

function resourceCauses({ name, target = {} }: JsonMap, path: string): Cause[] {
  const causes = name ? [] : [required(child(path, 'name'), 'must specify a resource name')]
  causes.push(...targetCauses(target, child(path, 'target')))
  const { averageUtilization, averageValue } = target
  if (averageUtilization === undefined && averageValue === undefined)
    causes.push(required(`${path}.target.averageUtilization`, 'must set either a target raw value or a target utilization'))
  if (averageUtilization !== undefined && averageValue !== undefined)
    causes.push(forbidden(`${path}.target.averageValue`, 'may not set both a target raw value and a target utilization'))
  return causes
}

const identifier = ({ name }: JsonMap, path: string): Cause[] => (name ? [] : [required(child(path, 'name'), 'must specify a metric name')])

function targetCauses(target: JsonMap, path: string): Cause[] {
  const causes: Cause[] = []
  const { type = '', averageUtilization } = target
  if (!type) causes.push(required(child(path, 'type'), 'must specify a metric target type'))
  if (!['Utilization', 'Value', 'AverageValue'].includes(type))
    causes.push(invalid(child(path, 'type'), type, 'must be either Utilization, Value, or AverageValue'))
  for (const field of ['value', 'averageValue']) {
    if (target[field] === undefined || (parseQuantity(String(target[field]))?.nanos ?? 1n) > 0n) continue
    causes.push(invalid(child(path, field), target[field], 'must be positive'))
  }
  if (averageUtilization < 1) causes.push(invalid(child(path, 'averageUtilization'), averageUtilization, 'must be greater than 0'))
  return causes
}

function rulesCauses({ stabilizationWindowSeconds: seconds, selectPolicy, policies = [], tolerance }: JsonMap, path: string): Cause[] {
  const causes: Cause[] = []
  if (seconds < 0) causes.push(invalid(child(path, 'stabilizationWindowSeconds'), seconds, 'must be greater than or equal to zero'))
  if (seconds > 3600) causes.push(invalid(child(path, 'stabilizationWindowSeconds'), seconds, 'must be less than or equal to 3600'))
  const selections = ['Disabled', 'Max', 'Min']
  if (selectPolicy && !selections.includes(selectPolicy)) causes.push(unsupported(child(path, 'selectPolicy'), selectPolicy, selections))
  if (policies.length === 0) causes.push(required(child(path, 'policies'), 'must specify at least one Policy'))
  for (const [i, policy] of policies.entries()) {
    const at = keyed(child(path, 'policies'), i)
    const { type = '', value = 0, periodSeconds = 0 } = policy
    if (type !== 'Pods' && type !== 'Percent') causes.push(unsupported(child(at, 'type'), type, ['Percent', 'Pods']))
    if (value <= 0) causes.push(invalid(child(at, 'value'), value, 'must be greater than zero'))
    if (periodSeconds <= 0) causes.push(invalid(child(at, 'periodSeconds'), periodSeconds, 'must be greater than zero'))
    if (periodSeconds > 1800) causes.push(invalid(child(at, 'periodSeconds'), periodSeconds, 'must be less than or equal to 1800'))
  }
  if (tolerance !== undefined && (parseQuantity(String(tolerance))?.nanos ?? 0n) < 0n)
    causes.push(invalid(child(path, 'tolerance'), tolerance, 'must be greater than or equal to 0'))
  return causes
}
