import { isDeepStrictEqual } from 'node:util'
import type { AnalysisTemplateSpec } from '../api/analysisTemplate.ts'
import { milliseconds } from '../api/fields.ts'
import { type Judging, Metric } from '../api/metric.ts'
import { pathText } from '../api/validate.ts'
import { expandPreset } from '../metrics/presets/registry.ts'
import { TemplateError } from '../metrics/template.ts'
import { type Args, argsOf, type RolloutFields } from './resolveArgs.ts'
import { conditionProblems, metricProblems } from './resolveProblems.ts'
import { type Found, type Ref, Unusable, visit } from './resolveTemplates.ts'
import { fillTexts } from './resolveTexts.ts'

export { type PlaceholderProblem, placeholderProblems } from './resolveProblems.ts'
export { fillTexts } from './resolveTexts.ts'

/** Templates merged into one analysis, as an AnalysisRun keeps them. */
export interface Resolved {
  /** Presets written out; {{args.…}} stays in queries, for the language of their source; elsewhere it is filled in. {{arm.…}} and {{interval}} stay. */
  readonly metrics: Metric[]
  readonly judge: Judging
  readonly interval: string
  /** All templates that are in it, each before those that it names. */
  readonly templates: Ref[]
  /** What queries insert. */
  readonly args: Record<string, string>
  /** Arguments that only bodies of webhooks insert, when they are sent: `fillTexts` with `secrets`. */
  readonly secretArgs: Args['secret'][number][]
}

const mostMetrics = 40

/**
 * Merges templates and those they name into one analysis of a Rollout. Everything that would keep it from being measured, as far as one can tell
 * without its sources, is a problem: a sentence with what is wrong, where, and what to write.
 */
export function resolve({
  use,
  find,
  rollout,
}: {
  use: {
    readonly templates: readonly Ref[]
    readonly args?: Readonly<Record<string, string>> | undefined
    /** What others of the Rollout's analyses declare is no mistake here. */
    readonly shared?: boolean
  }
  find: (ref: Ref) => AnalysisTemplateSpec | undefined
  rollout: RolloutFields
}): Resolved | { problem: string } {
  try {
    const templates = visit(use.templates, find)
    const args = argsOf(templates, use.args ?? {}, rollout, use.shared ?? false)
    const metrics = metricsOf(templates, args, rollout.namespace)
    return {
      metrics,
      ...sharedBy(templates),
      templates: templates.map(({ ref }) => ref),
      args: { ...args.plain },
      secretArgs: [...args.secret],
    }
  } catch (error) {
    if (error instanceof Unusable) return { problem: error.message }
    throw error
  }
}

function metricsOf(templates: readonly Found[], args: Args, namespace: string): Metric[] {
  const owners = new Map<string, string>()
  const metrics: Metric[] = []
  for (const { spec, title } of templates)
    for (const own of spec.metrics) {
      const metric = filled(own, spec, title, args, namespace)
      for (const each of expandPreset(metric)) {
        const owner = owners.get(each.name)
        if (owner !== undefined) throw new Unusable(twice(each.name, owner, title))
        owners.set(each.name, title)
        metrics.push(each)
      }
    }
  if (metrics.length === 0) throw new Unusable('the templates have no metrics: add one, like {name: web, preset: prometheus-http}')
  if (metrics.length > mostMetrics)
    throw new Unusable(
      `the templates have ${metrics.length} metrics together, and at most ${mostMetrics} are allowed: name fewer templates`,
    )
  return metrics
}

function twice(name: string, one: string, other: string): string {
  if (one === other) return `${one} has two metrics named ${name}: give each a name of its own`
  return `${one} and ${other} both have a metric named ${name}: rename one, or name only one of the templates`
}

/** The metric with its arguments in all texts but queries. */
function filled(metric: Metric, spec: AnalysisTemplateSpec, title: string, args: Args, namespace: string): Metric {
  const fails = (message: string, path: readonly (string | number)[] = []) => {
    const where = path.length === 0 ? '' : `, ${pathText([...path])}`
    return new Unusable(`${title}, metric ${metric.name}${where}: ${message}`)
  }
  const [problem] = metricProblems(metric, spec.args)
  if (problem) throw fails(problem.message, problem.path)
  try {
    const written = fillTexts(metric, { namespace, args: args.plain })
    const [wrong] = conditionProblems(written)
    if (wrong) throw fails(wrong.message, wrong.path)
    const { error } = Metric.safeParse(written)
    const [issue] = error?.issues ?? []
    if (issue) throw fails(`with its arguments filled in: ${issue.message}`, issue.path.map(String))
    return written
  } catch (error) {
    if (error instanceof TemplateError) throw fails(error.message)
    throw error
  }
}

/** Judge and interval, which have to be the same in all. */
function sharedBy(templates: readonly Found[]): { judge: Judging; interval: string } {
  const [first, ...rest] = templates
  if (!first) throw new Unusable('spec.analysis names no templates: name at least one')
  const { judge, interval } = first.spec
  for (const { spec, title } of rest) {
    if (milliseconds(spec.interval) !== milliseconds(interval))
      throw new Unusable(`${first.title} has the interval ${interval} and ${title} ${spec.interval}: write the same in both`)
    if (!isDeepStrictEqual(spec.judge, judge))
      throw new Unusable(`${first.title} has the judge ${judge.kind} and ${title} ${differing(spec.judge, judge)}: write the same in both`)
  }
  return { judge, interval }
}

const differing = (one: Judging, other: Judging) => (one.kind === other.kind ? 'the same with other settings' : one.kind)
