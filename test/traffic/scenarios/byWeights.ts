import { expect } from 'vitest'
import type { TrafficScenario } from '../scenario.ts'
import { answersOf, badOf } from '../tally.ts'
import { mostLost } from './byEvidence.ts'

/** Releases without analysis: what is promised of the traffic alone. */
export const byWeights: TrafficScenario[] = [
  {
    name: 'A release by weights costs no request, though its controller is killed on the way',
    shop: () => ({
      rollout: { canary: { steps: [{ weight: 10 }, { pause: { for: '10s' } }, { weight: 50 }, { pause: { for: '10s' } }] } },
    }),
    async tell(shop, environment) {
      const run = await shop.release('v2')
      await shop.eventually('50 % to be confirmed', async () => (await shop.run())?.weight.actual === 50)
      const half = { v1: await shop.answers('v1'), v2: await shop.answers('v2') }
      await environment.controller.kill()
      shop.note('the controller was killed')
      await environment.controller.start()
      await shop.eventually(
        '1000 more answers at 50 %',
        async () => (await shop.answers('v1')) + (await shop.answers('v2')) > half.v1 + half.v2 + 700,
      )
      const share = ((await shop.answers('v2')) - half.v2) / 700
      // The gateway draws lots for each request: four standard deviations of 700.
      expect(share).toBeGreaterThan(0.42)
      expect((await shop.ended(run, 120_000)).result).toBe('Promoted')
      await shop.eventually('the old version to be gone', async () => (await shop.phase()) === 'Healthy')
      const old = await shop.answers('v1')
      await shop.eventually('500 more answers of the new version', async () => (await shop.answers('v2')) > half.v2 + 1_200)
      expect(await shop.answers('v1')).toBe(old)
      const tally = await shop.tally()
      expect(badOf(tally) - answersOf(tally, '-')).toBe(0)
      expect(answersOf(tally, '-')).toBeLessThanOrEqual(mostLost)
    },
  },
]
