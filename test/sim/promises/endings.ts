import { statusOf } from '../book.ts'
import type { Pledge } from '../promises.ts'

export const endings: readonly Pledge[] = [
  {
    name: 'everything ends',
    says: 'When faults are over a run ends in time, or waits for a person and says so.',
    watch(shop, sim) {
      return {
        calm(sight) {
          const status = statusOf(sight)
          if (!sight.rollout || !sight.deployment) return undefined
          if (!status) return `Rollout ${shop.name} was never looked at`
          if (!status.run) return undefined
          return sim.waitsForPeople(sight)
            ? undefined
            : `run ${status.run.id} is ${status.run.stage}, step ${JSON.stringify(status.run.step)}, and waits for ${JSON.stringify(status.run.waiting)}`
        },
        rested(sight) {
          const status = statusOf(sight)
          if (!sight.rollout || !sight.deployment) return undefined
          if (status?.run) return `run ${status.run.id} is still ${status.run.stage}: ${JSON.stringify(status.run.waiting)}`
          if (status?.phase === 'Progressing') return `it is still Progressing: ${status.message}`
          return undefined
        },
      }
    },
  },
]
