import type { RolloutStatus } from '../../controller/src/api/rolloutStatus.ts'
import type { Look } from '../../controller/src/cli/io.ts'
import { bar } from '../../controller/src/cli/render/bar.ts'
import { clip, paint, width } from '../../controller/src/cli/render/paint.ts'
import { place } from '../../controller/src/cli/render/steps.ts'
import { at, instant, span } from '../../controller/src/cli/render/time.ts'
import { phaseTone } from '../../controller/src/cli/render/words.ts'
import { tagsOf } from './story.ts'
import type { VersionTraffic } from './traffic.ts'

/** What the live view shows of one service. */
export interface ServiceView {
  name: string
  /** Undefined until the controller looked at it. */
  status: RolloutStatus | undefined
  traffic: readonly VersionTraffic[]
}

const margin = 10

/** The picture of the live view: what each service is doing and what its requests meet. Every line fits the terminal. */
export function demoView(look: Look, services: readonly ServiceView[], now: number): string[] {
  const lines = [paint(look, 'dim', `shop at ${at(now, now)}`), ...services.flatMap((service) => ['', ...serviceLines(look, service, now)])]
  return lines.map((line) => clip(look, line))
}

function serviceLines(look: Look, { name, status, traffic }: ServiceView, now: number): string[] {
  const phase = status?.phase ?? 'Unknown'
  const title = paint(look, 'bold', name) + ' '.repeat(Math.max(1, margin - width(name)))
  const head = [paint(look, phaseTone(phase), phase.padEnd(11)), versions(look, status), progress(look, status)]
  return [
    title + head.filter((part) => part !== '').join('  '),
    ...traffic.map((version) => ' '.repeat(margin) + trafficLine(look, version)),
    ' '.repeat(margin) + paint(look, 'dim', waits(status, now)),
  ].map((line) => line.trimEnd())
}

function versions(look: Look, status: RolloutStatus | undefined): string {
  if (status?.run) return `${tagsOf(status.run.from)} ${look.unicode ? '→' : '->'} ${tagsOf(status.run.to)}`
  return status?.stable ? tagsOf(status.stable) : ''
}

function progress(look: Look, status: RolloutStatus | undefined): string {
  const run = status?.run
  if (!run) return ''
  const where = place(run)
  return `${where === '' ? run.stage : `step ${where}`}  ${bar(look, run.weight.actual)} ${run.weight.actual} %`
}

function trafficLine(look: Look, { version, perSecond, errorShare, meanMs }: VersionTraffic): string {
  const errors = `${(100 * errorShare).toFixed(1)} % errors`.padStart(14)
  const parts = [
    (version === '' ? '(none)' : version).padEnd(8),
    `${perSecond.toFixed(1)}/s`.padStart(7),
    errorShare > 0.01 ? paint(look, 'bad', errors) : errors,
    meanMs === undefined ? '' : `${meanMs.toFixed(0)} ms`.padStart(8),
  ]
  return parts.join('  ')
}

/** Why it is not moving, or how it stands. */
function waits(status: RolloutStatus | undefined, now: number): string {
  if (!status) return 'the controller has not looked at it yet'
  const { run, message } = status
  if (!run) return message
  if (run.stage === 'RollingBack' && run.outcome)
    return `going back: ${run.outcome.because}${run.waiting ? `; waits for ${run.waiting.for}` : ''}`
  if (!run.waiting) return message
  const until = instant(run.waiting.until)
  return `waits for ${run.waiting.for}${until === undefined || until <= now ? '' : `, ${span(until - now)} to go`}`
}
