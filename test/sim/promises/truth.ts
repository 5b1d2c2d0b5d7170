import { statusOf } from '../book.ts'
import type { Pledge } from '../promises.ts'
import { awayFromRoot } from './routing.ts'

export const truth: readonly Pledge[] = [
  {
    name: 'a reason for waiting',
    says: 'A run that is not over says what it waits for, why, and since when.',
    watch() {
      return {
        changed(sight, { object }) {
          const run = object.kind === 'Rollout' ? statusOf(sight)?.run : undefined
          if (!run || (run.waiting?.for && run.waiting.because && run.waiting.since)) return undefined
          return `run ${run.id} is ${run.stage} and waits for ${JSON.stringify(run.waiting)}`
        },
      }
    },
  },
  {
    name: 'the status tells the truth',
    says: 'When all is calm the weights of the status are those of the routes.',
    watch(shop) {
      return {
        calm(sight) {
          const run = statusOf(sight)?.run
          if (shop.mode !== 'Routes') return undefined
          const away = awayFromRoot(sight, shop.name)
          if (!run) return away === 0 ? undefined : `no run is under way, and the routes give the canary ${away} %`
          // Within a run the primed routes give 0.
          if (run.stage !== 'Stepping') return undefined
          return Math.abs(away - run.weight.wanted) < 0.6 ? undefined : `the status says ${run.weight.wanted} %, the routes ${away} %`
        },
      }
    },
  },
]
