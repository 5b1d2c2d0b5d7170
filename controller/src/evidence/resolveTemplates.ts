import type { z } from 'zod'
import type { AnalysisTemplateSpec } from '../api/analysisTemplate.ts'
import type { TemplateRef } from '../api/analysisUse.ts'

export type Ref = z.output<typeof TemplateRef>

/** Why templates cannot be used, in a sentence. */
export class Unusable extends Error {}

export interface Found {
  readonly ref: Ref
  readonly spec: AnalysisTemplateSpec
  /** For people: "AnalysisTemplate http". */
  readonly title: string
}

const mostTemplates = 50

/**
 * The templates and those that they name, each once, every one before those that it names. Throws Unusable for one that is missing, for a circle, and
 * for too many.
 */
export function visit(refs: readonly Ref[], find: (ref: Ref) => AnalysisTemplateSpec | undefined): Found[] {
  const found = new Map<string, Found>()
  const enter = (ref: Ref, above: readonly string[]): void => {
    const title = titleOf(ref)
    if (above.includes(title)) {
      const circle = [...above.slice(above.indexOf(title)), title].join(' names ')
      throw new Unusable(`templates name each other in a circle: ${circle}. Remove one of these from spec.templates`)
    }
    if (found.has(title)) return
    const spec = find(ref)
    if (!spec) throw new Unusable(missing(ref, above.at(-1), find))
    found.set(title, { ref, spec, title })
    if (found.size > mostTemplates) throw new Unusable(`an analysis of more than ${mostTemplates} templates: name fewer`)
    for (const nested of spec.templates) enter(nested, [...above, title])
  }
  for (const ref of refs) enter(ref, [])
  return [...found.values()]
}

function missing(ref: Ref, above: string | undefined, find: (ref: Ref) => unknown): string {
  const scope = ref.scope === 'Cluster' ? 'Namespace' : 'Cluster'
  const other = { ...ref, scope } as const
  const where = above === undefined ? 'spec.analysis' : `spec.templates of ${above}`
  const instead = find(other) ? `there is a ${titleOf(other)}: write scope: ${scope}` : 'create it, or correct the name'
  return `${where} names ${titleOf(ref)}, which is missing: ${instead}`
}

const titleOf = ({ name, scope }: Ref) => `${scope === 'Cluster' ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'} ${name}`
