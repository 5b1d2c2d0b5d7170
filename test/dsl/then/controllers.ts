import type { Lifeline } from '../lifeline.ts'
import { Unexpected, type World } from '../world.ts'

/** What the controllers themselves say. */
export function controllersThen({ controllers, expect }: World) {
  return {
    /** Its /readyz gives this sentence. */
    async controllerIsNotReady(sentence: RegExp) {
      await expect(`a controller that is not ready (${sentence})`, async () => {
        const said = controllers.running().map(({ controller }) => controller.notReady())
        return said.some((because) => sentence.test(because ?? '')) ? undefined : said.join(' | ')
      })
    },
    /** A line of their logs. */
    async controllersSaid(line: RegExp) {
      await expect(`controllers to say ${line}`, async () => (controllers.log.some((one) => line.test(one)) ? undefined : 'they do not'))
    },
    /** At once. */
    async nobodyLeads() {
      if (controllers.running().some(({ controller }) => controller.isLeading())) throw new Unexpected('a controller leads')
    },
    /** At once: one controller wrote nothing but the Rollout's status, and that so often at most. */
    async onlyStatusWasWritten({ log }: Lifeline, atMost = Number.POSITIVE_INFINITY) {
      const status = log.filter((line) => /rollouts\/[^/]+\/status/.test(line))
      if (log.length === 0 || status.length < log.length || status.length > atMost) throw new Unexpected(`it wrote ${log.join(', ')}`)
    },
    /** At once: one controller wrote in that namespace, and nothing in the other. */
    async wroteInAndNotIn({ log }: Pick<Lifeline, 'log'> = { log: [] }, namespace: string, other: string) {
      const strange = log.filter((line) => line.includes(`/namespaces/${other}/`))
      if (!log.some((line) => line.includes(`/namespaces/${namespace}/`))) throw new Unexpected(`it wrote nothing in ${namespace}`)
      if (strange.length > 0) throw new Unexpected(`it wrote ${strange.join(', ')}`)
    },
    /** At once: so many were started, and none of them died. */
    async controllersWere(started: number) {
      const running = controllers.running().map(({ identity }) => identity)
      if (running.length !== started || !running.includes(`controller-${started}`)) throw new Unexpected(`there are ${running.join(', ')}`)
    },
  }
}
