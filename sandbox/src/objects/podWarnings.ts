import { child, keyed } from './causes.ts'
import type { JsonMap } from './json.ts'

const templated = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'])

/** What the server warns of, though it takes the object: parts of a pod or pod template that surely mean something else. */
export function podWarnings({ apiVersion, kind, spec }: JsonMap): string[] {
  if (apiVersion === 'v1' && kind === 'Pod') return specWarnings(spec, 'spec')
  if (apiVersion === 'apps/v1' && templated.has(kind)) return specWarnings(spec.template.spec ?? {}, 'spec.template.spec')
  if (apiVersion === 'batch/v1' && kind === 'Job') return specWarnings(spec.template.spec ?? {}, 'spec.template.spec')
  return []
}

function specWarnings(spec: JsonMap, path: string): string[] {
  const warnings: string[] = []
  for (const [i, { labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const at = child(keyed(child(path, 'topologySpreadConstraints'), i), 'labelSelector')
    if (!labelSelector) warnings.push(`${at}: a null labelSelector results in matching no pod`)
  }
  for (const list of ['initContainers', 'containers']) {
    for (const [i, { env = [] }] of (spec[list] ?? []).entries()) warnings.push(...hidden(env, child(keyed(child(path, list), i), 'env')))
  }
  return warnings
}

/** A variable that is set twice, unless the second one builds on the first. */
function hidden(env: readonly JsonMap[], path: string): string[] {
  const seen = new Set<string>()
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    const twice = seen.has(name)
    seen.add(name)
    const own = `$(${name})`
    const buildsOn = !valueFrom && value !== own && value.includes(own)
    if (!twice || buildsOn) return []
    return [`${keyed(path, i)}: hides previous definition of "${name}", which may be dropped when using apply`]
  })
}
