import { sourceToken } from '../../shop.ts'
import { deployment, rollout, shopName, type Theatre } from '../theatre.ts'
import { atRest, event, inRun, request, type Tale } from './scenes.ts'

const reads = (length: number, of: Theatre): Theatre => Array.from({ length }).reduce<Theatre>((theatre) => theatre.ask({}), of)

export const quietTales: Record<string, Tale> = {
  'idle is silent': {
    kept: (of) => atRest(of()).ask(request).at('rested').ask({ watch: true }).at('idle'),
    broken: {
      'a write': [(of) => atRest(of()).at('rested').ask(request).at('idle'), /PATCH rollouts\/s1/],
      'a read': [(of) => atRest(of()).at('rested').ask({}).at('idle'), /GET rollouts\/s1/],
      'a list': [(of) => atRest(of()).at('rested').ask({ name: undefined }).at('idle'), /GET rollouts/],
      'a write where something stands in the way': [
        (of) =>
          atRest(of())
            .put(rollout({ phase: 'Degraded' }))
            .at('rested')
            .ask({})
            .ask(request)
            .at('idle'),
        /still: PATCH rollouts\/s1/,
      ],
    },
  },
  'no write without need': {
    kept: (of) =>
      atRest(of())
        .ask({ ...request, changed: true })
        .ask({ ...request, status: 409 }),
    broken: { 'a write that changes nothing': [(of) => atRest(of()).ask(request), /PATCH rollouts\/s1 changed nothing/] },
  },
  'few reads': {
    // A Deployment that was made anew is met for the first time, and so is a Rollout.
    kept: (of) => {
      const again = reads(60, reads(60, atRest(of())).gone('Deployment', shopName).put(deployment()))
      const drains = reads(61, inRun(of()).gone('Deployment', shopName).put(deployment()))
      return drains.breach === undefined ? reads(60, again.gone('Rollout', shopName).put(rollout())) : drains
    },
    broken: {
      'a loop': [(of) => reads(61, inRun(of())), /more than 60 reads/],
    },
  },
  'told once': {
    kept: (of) => of().put(event('a', 'RunStarted', 'run 1'), event('b', 'RunStarted', 'run 2')),
    broken: {
      'two events': [(of) => of().put(event('a', 'RunStarted', 'run 1'), event('b', 'RunStarted', 'run 1')), /by two events/],
      'one event, twice': [(of) => of().put(event('a', 'Aborted', 'run 1', { series: { count: 2 } })), /told 2 times/],
    },
  },
  'secrets stay secret': {
    kept: (of) => atRest(of()).log('all is well').at('rested'),
    broken: {
      'in a status': [(of) => of().put(rollout({ message: `401 of ${sourceToken}` })), /stands in Rollout s1/],
      'in an event': [(of) => of().put(event('a', 'AnalysisWaits', sourceToken)), /stands in Event/],
      'in a log': [(of) => of().log(`Authorization: Bearer ${sourceToken}`), /stands in a log/],
    },
  },
  'no loud bugs': {
    kept: (of) => of().log('a write failed'),
    broken: { 'a bug': [(of) => of().log("TypeError: Cannot read properties of undefined (reading 'x')"), /TypeError/] },
  },
}
