import { AnalysisTemplateSpec } from '../../api/analysisTemplate.ts'
import { apiVersion } from '../../api/rollout.ts'
import { closest } from '../../api/suggest.ts'
import type { Ref } from '../../evidence/resolveTemplates.ts'
import type { Cluster } from '../cluster.ts'
import { CliError } from '../exit.ts'

/** Templates of the cluster, with those that they name. */
export type Templates = ReadonlyMap<string, AnalysisTemplateSpec>

const kindOfTemplate = { Namespace: 'AnalysisTemplate', Cluster: 'ClusterAnalysisTemplate' } as const
export const keyOfTemplate = ({ name, scope }: Ref): string => `${scope}/${name}`

/** `http`, or `cluster/http`. */
export function templateRef(typed: string): Ref {
  const [, name] = /^cluster\/(.+)$/i.exec(typed) ?? []
  if (name !== undefined) return { name, scope: 'Cluster' }
  if (!typed.includes('/') && typed !== '') return { name: typed, scope: 'Namespace' }
  throw new CliError(`--template ${typed} is not a template`, [
    'Write the name of an AnalysisTemplate, like http, or of a ClusterAnalysisTemplate, like cluster/http.',
  ])
}

/** Reads the templates and all that they name. One of `refs` that is not there is a CliError; one within is left for `resolve` to say. */
export async function readTemplates(cluster: Cluster, namespace: string, refs: readonly Ref[]): Promise<Templates> {
  const found = new Map<string, AnalysisTemplateSpec>()
  const missing = new Set<string>()
  const open = [...refs]
  for (let ref = open.shift(); ref && found.size < 50; ref = open.shift()) {
    const key = keyOfTemplate(ref)
    if (found.has(key) || missing.has(key)) continue
    const spec = await readTemplate(cluster, namespace, ref)
    if (spec) {
      found.set(key, spec)
      open.push(...spec.templates)
    } else if (refs.some((one) => keyOfTemplate(one) === key)) throw await noTemplate(cluster, namespace, ref)
    else missing.add(key)
  }
  return found
}

async function readTemplate(cluster: Cluster, namespace: string, { name, scope }: Ref): Promise<AnalysisTemplateSpec | undefined> {
  const kind = kindOfTemplate[scope]
  const object = await cluster.client.get({ apiVersion, kind, name, ...(scope === 'Cluster' ? {} : { namespace }) })
  if (!object) return undefined
  const read = AnalysisTemplateSpec.safeParse(object.spec)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new CliError(
    `${kind} ${name} is not as this version of serin knows it: spec.${issue?.path.map(String).join('.')}: ${issue?.message}`,
    ['`serin version` compares this program with what the cluster serves.'],
  )
}

async function noTemplate(cluster: Cluster, namespace: string, { name, scope }: Ref): Promise<CliError> {
  const own = await names(cluster, 'Namespace', namespace)
  const shared = await names(cluster, 'Cluster', namespace)
  const here = scope === 'Cluster' ? 'in the cluster' : `in namespace ${namespace}`
  const said = `there is no ${kindOfTemplate[scope]} ${name} ${here}`
  const [mine, others, prefix] = scope === 'Cluster' ? [shared, own, ''] : [own, shared, 'cluster/']
  if (others.includes(name))
    return new CliError(said, [
      `There is a ${kindOfTemplate[scope === 'Cluster' ? 'Namespace' : 'Cluster']} of that name: write --template ${prefix}${name}`,
    ])
  const written = [...own, ...shared.map((one) => `cluster/${one}`)]
  const meant = closest(name, mine)
  if (meant) return new CliError(said, [`Did you mean --template ${scope === 'Cluster' ? 'cluster/' : ''}${meant}?`])
  return new CliError(said, [
    written.length > 0 ? `There are ${written.slice(0, 20).join(', ')}.` : 'There are none: apply an AnalysisTemplate first.',
  ])
}

/** Names of the templates of a scope; none where they may not be listed. */
async function names({ client }: Cluster, scope: Ref['scope'], namespace: string): Promise<string[]> {
  const type = { apiVersion, kind: kindOfTemplate[scope] }
  const found = await client.list(type, scope === 'Cluster' ? {} : { namespace }).catch(() => [])
  return found.map(({ metadata }) => metadata.name)
}
