import { placeholderProblems, resolve } from '../evidence/resolve.ts'
import { AnalysisTemplateSpec } from './analysisTemplate.ts'
import type { TemplateRef } from './analysisUse.ts'
import type { RolloutSpec } from './rollout.ts'
import { closest } from './suggest.ts'
import type { Problem } from './validate.ts'

/** Templates that a Rollout merges into one analysis, and where it names them. */
export interface Use {
  path: (string | number)[]
  templates: readonly TemplateRef[]
}

/** Every analysis that a Rollout asks for. */
export function usesOf({ analysis, canary }: RolloutSpec): Use[] {
  const uses = [
    { path: ['spec', 'analysis', 'templates'], templates: analysis?.templates },
    { path: ['spec', 'analysis', 'before', 'templates'], templates: analysis?.before?.templates },
    { path: ['spec', 'analysis', 'after', 'templates'], templates: analysis?.after?.templates },
    ...(canary?.steps ?? []).map((step, index) => ({
      path: ['spec', 'canary', 'steps', index, 'analyze', 'templates'],
      templates: step.analyze?.templates,
    })),
  ]
  return uses.flatMap(({ path, templates }) => (templates ? [{ path, templates }] : []))
}

/**
 * Why templates cannot be merged into the analyses of a Rollout: arguments that are missing or that nobody declares, metrics of the same name, circles.
 * Nothing is said where a template is not at hand, or is wrong by itself: both are found elsewhere.
 */
export function useProblems(
  spec: RolloutSpec,
  metadata: { name: string; namespace: string },
  templateOf: (ref: TemplateRef) => unknown,
): Problem[] {
  const find = (ref: TemplateRef) => AnalysisTemplateSpec.safeParse(templateOf(ref)).data
  const problems: Problem[] = []
  for (const use of usesOf(spec)) {
    const known = reached(use.templates, find)
    if (!known || known.some((template) => placeholderProblems(template).length > 0)) continue
    const rollout = { ...metadata, service: spec.service, workload: spec.workload.name }
    const resolved = resolve({ use: { templates: use.templates, args: spec.analysis?.args, shared: true }, find, rollout })
    if ('problem' in resolved) problems.push({ path: use.path, message: resolved.problem })
  }
  return [...problems, ...argProblems(spec, find)]
}

/** Arguments of a Rollout that none of its templates declares. Nothing is said where one of them is not at hand. */
export function argProblems(spec: RolloutSpec, find: (ref: TemplateRef) => AnalysisTemplateSpec | undefined): Problem[] {
  const given = Object.keys(spec.analysis?.args ?? {})
  const templates = usesOf(spec).map((use) => reached(use.templates, find))
  if (given.length === 0 || templates.length === 0 || templates.includes(undefined)) return []
  const declared = new Set(templates.flatMap((known = []) => known.flatMap(({ args }) => args.map(({ name }) => name))))
  return undeclared(given, [...declared])
}

/** The templates and those that they name, each once; undefined when one of them is not at hand. */
function reached(
  refs: readonly TemplateRef[],
  find: (ref: TemplateRef) => AnalysisTemplateSpec | undefined,
): AnalysisTemplateSpec[] | undefined {
  const found = new Map<string, AnalysisTemplateSpec>()
  const waiting = [...refs]
  for (let ref = waiting.pop(); ref; ref = waiting.pop()) {
    const key = `${ref.scope}/${ref.name}`
    if (found.has(key)) continue
    const spec = find(ref)
    if (!spec) return undefined
    found.set(key, spec)
    waiting.push(...spec.templates)
  }
  return [...found.values()]
}

function undeclared(given: readonly string[], declared: readonly string[]): Problem[] {
  return given
    .filter((name) => !declared.includes(name))
    .map((name) => {
      const near = closest(name, declared)
      const path = ['spec', 'analysis', 'args', name]
      const message = `spec.analysis.args.${name} is no argument of the templates`
      if (near !== undefined) return { path, message: `${message}: did you mean ${near}?`, instead: near }
      return {
        path,
        message: `${message}: ${declared.length > 0 ? `there are ${declared.join(', ')}` : 'remove it, they have no arguments'}`,
      }
    })
}
