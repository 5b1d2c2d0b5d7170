import type { Json } from '../../cluster/apiClient.ts'
import { Refused } from '../api.ts'
import { shop } from '../objects.ts'
import { rolloutOf } from '../sight.ts'
import { told, Unexpected, type World } from '../world.ts'

type Phase = 'Healthy' | 'Progressing' | 'Paused' | 'Degraded'

/** What holds of the Rollout, its run and its commands. */
export function rolloutThen(world: World) {
  const status = async (name = shop): Promise<Json> => (await rolloutOf(world, name))?.status ?? {}
  const matches = (text: string | undefined, wanted: RegExp | string): boolean =>
    typeof wanted === 'string' ? (text ?? '').includes(wanted) : wanted.test(text ?? '')

  return {
    async phaseIs(phase: Phase, { name = shop, message }: { name?: string; message?: RegExp | string } = {}) {
      await world.expect(`Rollout ${name} to be ${phase}${message ? ` (${message})` : ''}`, async () => {
        const seen = await status(name)
        return seen.phase === phase && (message === undefined || matches(seen.message, message))
          ? undefined
          : `${seen.phase}: ${seen.message}`
      })
    },
    /** A condition as kstatus reads it. */
    async conditionIs(type: 'Ready' | 'Reconciling' | 'Stalled', value: 'True' | 'False', reason?: string, name = shop) {
      await world.expect(`condition ${type}=${value}${reason ? ` (${reason})` : ''} of Rollout ${name}`, async () => {
        const condition = (await status(name)).conditions?.find((one: Json) => one.type === type)
        const right = condition?.status === value && (reason === undefined || condition.reason === reason)
        return right ? undefined : told(condition)
      })
    },
    /** A run is under way; steps are counted from 0. */
    async runIs(wanted: {
      id?: number
      stage?: string
      step?: number
      to?: string
      trigger?: string
      mode?: string
      weight?: number
      fast?: boolean
    }) {
      await world.expect(`a run with ${JSON.stringify(wanted)}`, async () => {
        const { run } = await status()
        const seen = run && {
          id: run.id,
          stage: run.stage,
          step: run.step?.index,
          to: run.to.images[0]?.replace('demo:', ''),
          trigger: run.trigger,
          mode: run.mode,
          weight: run.weight.actual,
          fast: run.fast,
        }
        const right = seen && Object.entries(wanted).every(([key, value]) => (seen as Record<string, unknown>)[key] === value)
        return right ? undefined : told(seen ?? 'no run')
      })
    },
    /** Why it is not moving. */
    async waitsFor(what: RegExp | string) {
      await world.expect(`the run to wait for ${what}`, async () => {
        const { run } = await status()
        const said = `${run?.waiting?.for}, because ${run?.waiting?.because}`
        return matches(said, what) ? undefined : said
      })
    },
    async noRunIsUnderWay() {
      await world.expect('no run to be under way', async () => {
        const { run } = await status()
        return run ? `run ${run.id}, ${run.stage}: ${run.waiting?.for}` : undefined
      })
    },
    /** The newest run that ended. */
    async lastRunWas(
      result: 'Promoted' | 'RolledBack' | 'Superseded' | 'Aborted',
      { to, because, by, id }: { to?: string; because?: RegExp | string; by?: string; id?: number } = {},
    ) {
      await world.expect(
        `the last run to have ended ${result}${because ? ` because of ${because}` : ''}`,
        async () => {
          const { history = [], run } = await status()
          const [last] = history
          const right =
            last?.result === result &&
            (to === undefined || last.to.images[0] === `demo:${to}`) &&
            (because === undefined || matches(last.because, because)) &&
            (by === undefined || last.by === by) &&
            (id === undefined || last.id === id)
          return right
            ? undefined
            : told(last ? { id: last.id, result: last.result, because: last.because, to: last.to.images } : { run: run?.waiting })
        },
        30_000,
      )
    },
    async runsWere(...results: string[]) {
      await world.expect(`runs that ended ${results.join(', ')}`, async () => {
        const seen = ((await status()).history ?? []).map(({ result }: Json) => result).reverse()
        return JSON.stringify(seen) === JSON.stringify(results) ? undefined : seen.join(', ')
      })
    },
    async stableIs(version: string) {
      await world.expect(`the stable version to be ${version}`, async () => {
        const { stable } = await status()
        return stable?.images[0] === `demo:${version}` ? undefined : String(stable?.images)
      })
    },
    /** The previous version is not kept any more, and nothing hinders the Rollout's deletion. */
    async nothingIsLeftOfTheRun() {
      await world.expect(
        'nothing to be left of the run',
        async () => {
          const rollout = await rolloutOf(world)
          if (rollout?.status?.run) return `run ${rollout.status.run.id}: ${rollout.status.run.waiting?.for}`
          if (rollout?.status?.kept) return `the previous version is kept until ${rollout.status.kept.until}`
          return rollout?.metadata.finalizers?.length ? `finalizers ${rollout.metadata.finalizers}` : undefined
        },
        30_000,
      )
    },
    async rolloutIsGone(name = shop) {
      await world.expect(`Rollout ${name} to be gone`, async () => {
        const rollout = await rolloutOf(world, name)
        return rollout ? `${rollout.status?.message}; finalizers ${rollout.metadata.finalizers}` : undefined
      })
    },
    async commandWas(name: string, phase: 'Done' | 'Refused', message?: RegExp | string) {
      await world.expect(`command ${name} to be ${phase}${message ? ` (${message})` : ''}`, async () => {
        const seen = (await world.api.get('RolloutCommand', name))?.status
        return seen?.phase === phase && (message === undefined || matches(seen.message, message)) ? undefined : told(seen ?? 'not answered')
      })
    },
    /** Who asked, as the API server stamped it. */
    async commandIsBy(name: string, username: string, groups?: string[]) {
      const by = (await world.api.get('RolloutCommand', name))?.spec.requestedBy
      if (by?.username !== username) throw new Unexpected(`command ${name} is by ${by?.username}, not ${username}`)
      const strange = (by.groups ?? []).filter((group: string) => groups && !groups.includes(group))
      if (strange.length > 0) throw new Unexpected(`command ${name} carries the groups ${strange.join(', ')}`)
    },
    /** An event on the Rollout. */
    async eventWas(reason: string, note?: RegExp | string) {
      await world.expect(`an event ${reason}`, async () => {
        const events = await world.api.list('Event')
        const mine = events.filter(({ regarding }) => regarding?.kind === 'Rollout')
        return mine.some((event) => event.reason === reason && (note === undefined || matches(event.note, note)))
          ? undefined
          : mine.map((event) => `${event.reason}: ${event.note}`).join(' | ')
      })
    },
    /** The API server refuses it, with a sentence. */
    async isRefused(deed: () => Promise<unknown>, sentence: RegExp | string) {
      try {
        await deed()
      } catch (error) {
        if (error instanceof Refused && matches(error.message, sentence)) return
        throw error
      }
      throw new Unexpected(`it was not refused (${sentence})`)
    },
    /** Holds all along this time; the clock goes on. */
    async stays(ms: number, what: string, holds: () => Promise<string | undefined>) {
      const wrong = await world.cluster.until(async () => ((await holds()) === undefined ? 'it holds' : undefined), ms)
      if (wrong === undefined) throw new Unexpected(`expected for ${ms} ms: ${what}; seen: ${await holds()}`)
      world.invariants.check()
    },
  }
}
