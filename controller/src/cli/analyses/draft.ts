import { TableError } from '@serin/analysis'
import { KayentaError } from '@serin/analysis/kayenta'
import { AnalysisRunSpec, type AnalysisRunSpecInput } from '../../api/analysisRun.ts'
import { milliseconds } from '../../api/fields.ts'
import { partsOf } from '../../evidence/parts.ts'
import { type Resolved, resolve } from '../../evidence/resolve.ts'
import type { Ref } from '../../evidence/resolveTemplates.ts'
import type { KubeObject } from '../../kube/types.ts'
import { CliError } from '../exit.ts'
import { share } from '../judging/judgeFlags.ts'
import { type Call, duration, namespace, text, texts } from '../verb.ts'
import { type Compared, comparedBy } from './arms.ts'
import { analysisRunType } from './read.ts'
import { keyOfTemplate, readTemplates, type Templates, templateRef } from './templates.ts'

/** The AnalysisRun that the flags ask for, as it is sent. What is wrong with them is a CliError. */
export async function draftOf(call: Call): Promise<KubeObject> {
  const given = argsOf(texts(call, 'arg'))
  const typed = texts(call, 'template').map(templateRef)
  const times = timesOf(call)
  const compared = await comparedBy(call)
  const refs = typed.length > 0 ? typed : (compared.use?.templates ?? [])
  if (refs.length === 0)
    throw new CliError('--template is missing: what is to be measured?', [
      'Write --template with the name of an AnalysisTemplate, or cluster/NAME of a ClusterAnalysisTemplate; several are merged.',
    ])
  const where = await namespace(call)
  const templates = await readTemplates(await call.cluster(), where, refs)
  const own = declaredOnly(compared.use?.args ?? {}, templates)
  const resolved = resolvedBy(refs, { ...own, ...given }, templates, compared, where)
  const spec: AnalysisRunSpecInput = { ...specOf(resolved, compared, call), ...times.spec(resolved.interval, call.io.clock.now()) }
  checkSpec(spec)
  const [first] = refs
  const base = compared.rollout?.metadata.name ?? first?.name ?? 'analysis'
  // The type wants a name; with generateName an absent one is what the API server expects.
  const metadata = { generateName: `${base.slice(0, 200)}-by-hand-`, namespace: where } as unknown as KubeObject['metadata']
  return { ...analysisRunType, metadata, spec }
}

function specOf({ metrics, judge, interval, templates, args, secretArgs }: Resolved, compared: Compared, call: Call): AnalysisRunSpecInput {
  const alpha = levelOf(call)
  return {
    templates,
    metrics,
    ...(Object.keys(args).length > 0 ? { args } : {}),
    ...(secretArgs.length > 0 ? { secretArgs } : {}),
    arms: compared.arms,
    ...(compared.baseline ? { baseline: compared.baseline } : {}),
    judge,
    interval,
    ...(compared.canaryPods === undefined ? {} : { canaryPods: compared.canaryPods }),
    ...(alpha === undefined ? {} : { alpha }),
  }
}

function levelOf(call: Call): number | undefined {
  const value = share(call, 'alpha')
  if (value === undefined) return undefined
  const level = typeof value === 'number' ? value : Number(value.slice(0, -1)) / 100
  if (level > 0 && level < 1) return level
  throw new CliError(`--alpha ${text(call, 'alpha')} is not a chance`, ['Write a share between 0 and 1, like 5% or 0.05.'])
}

/** The flags that are lengths of time, checked before anything is asked. */
function timesOf(call: Call) {
  const length = (name: string) => {
    const value = text(call, name)
    if (value === undefined) return undefined
    const ms = duration(call, name, '')
    if (ms === 0 && name !== 'bake') throw new CliError(`--${name} ${value} is no time`, ['Write a duration like 30s, 10m or 1h30m.'])
    return { value, ms }
  }
  const [interval, bake, deadline, since] = [length('interval'), length('bake'), length('deadline'), length('since')]
  return {
    spec(ofTemplates: string, now: number): Partial<AnalysisRunSpecInput> {
      const step = interval?.ms ?? milliseconds(ofTemplates)
      if (since && since.ms < step)
        throw new CliError(`--since ${since.value} is shorter than an interval of ${interval?.value ?? ofTemplates}`, [
          'Write a longer time, or a shorter --interval.',
        ])
      // Looking back ends where it begins to look: whole intervals, and no waiting for more.
      const whole = since && `${(Math.floor(since.ms / step) * step) / 1000}s`
      const end = deadline?.value ?? whole
      const least = bake?.value ?? (end !== undefined && milliseconds(end) < usualBakeMs ? end : undefined)
      if (bake && end !== undefined && bake.ms > milliseconds(end))
        throw new CliError(
          `--bake ${bake.value} is longer than ${deadline ? `--deadline ${end}` : `the ${end} looked back at`}: nothing could pass`,
          ['Write a shorter --bake.'],
        )
      return {
        ...(interval ? { interval: interval.value } : {}),
        ...(least === undefined ? {} : { bake: least }),
        ...(end === undefined ? {} : { deadline: end }),
        ...(since ? { startAt: new Date(now - since.ms).toISOString() } : {}),
      }
    },
  }
}

const usualBakeMs = 300_000

function argsOf(typed: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    typed.map((one) => {
      const at = one.indexOf('=')
      if (at <= 0) throw new CliError(`--arg ${one} has no value`, [`Write it like --arg ${at < 0 ? one : 'NAME'}=VALUE.`])
      return [one.slice(0, at), one.slice(at + 1)]
    }),
  )
}

/** The Rollout's values are for all templates that it names: what these do not declare is left out. */
function declaredOnly(args: Readonly<Record<string, string>>, templates: Templates): Record<string, string> {
  const declared = new Set([...templates.values()].flatMap(({ args: own }) => own.map(({ name }) => name)))
  return Object.fromEntries(Object.entries(args).filter(([name]) => declared.has(name)))
}

function resolvedBy(
  refs: readonly Ref[],
  args: Readonly<Record<string, string>>,
  templates: Templates,
  { fields }: Compared,
  where: string,
): Resolved {
  if (!fields) {
    const fromRollout = [...templates.values()]
      .flatMap((spec) => spec.args)
      .find(({ name, valueFrom }) => valueFrom?.fieldRef && valueFrom.fieldRef.path !== 'metadata.namespace' && !Object.hasOwn(args, name))
    if (fromRollout)
      throw new CliError(`the argument ${fromRollout.name} is ${fromRollout.valueFrom?.fieldRef?.path} of a Rollout, and none is named`, [
        `Write --arg ${fromRollout.name}=VALUE.`,
      ])
  }
  const resolved = resolve({
    use: { templates: refs, args },
    find: (ref) => templates.get(keyOfTemplate(ref)),
    rollout: fields ?? { name: '', namespace: where, workload: '' },
  })
  if ('problem' in resolved) throw new CliError(inFlags(resolved.problem))
  return resolved
}

/** What `resolve` says to write in a Rollout, in flags. */
function inFlags(problem: string): string {
  return problem
    .replace(/spec\.analysis\.args: \{([^:]+): …\}/g, '--arg $1=VALUE')
    .replace(/spec\.analysis\.args\.(\S+)/g, '--arg $1')
    .replace(/^spec\.analysis names no templates: name at least one/, 'no template is named: write --template')
}

/** What the API server or the judges would refuse later. */
function checkSpec(spec: AnalysisRunSpecInput): void {
  const read = AnalysisRunSpec.safeParse(spec)
  if (!read.success) {
    const [issue] = read.error.issues
    throw new CliError(`such an analysis cannot be: ${issue?.path.map(String).join('.')}: ${issue?.message}`)
  }
  try {
    const deciding = partsOf(read.data).filter(({ dryRun }) => !dryRun)
    if (deciding.length > 0) return
  } catch (error) {
    if (error instanceof TableError || error instanceof KayentaError) throw new CliError(error.message)
    throw error
  }
  if (spec.arms.baseline)
    throw new CliError('nothing would decide: every metric of the templates is only tried out', [
      'Name a template with a metric that is not dryRun.',
    ])
  throw new CliError('nothing would decide: without a baseline only thresholds, jobs and webhooks are judged', [
    'Name what it is compared with: --baseline rs/NAME or --baseline-pods; or a template with a threshold.',
  ])
}
