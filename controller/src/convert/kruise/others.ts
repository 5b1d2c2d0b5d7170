import { type Converter, ofKind } from '../converter.ts'
import { ledgerOf } from '../reading.ts'
import { routings, trafficOf } from './traffic.ts'

/** Its routes stand in the Rollouts that name it. */
export const trafficRouting: Converter = {
  peer: 'kruise',
  kind: 'TrafficRouting of rollouts.kruise.io',
  accepts: ofKind('rollouts.kruise.io', 'TrafficRouting'),
  convert(reading, context, source) {
    const used = context.sources.some((one) => {
      if (one.kind !== 'Rollout' || !one.apiVersion.startsWith('rollouts.kruise.io/')) return false
      const { reading: rollout } = ledgerOf(one)
      const names = [
        rollout.at('metadata', 'annotations', 'rollouts.kruise.io/trafficrouting'),
        ...['canary', 'blueGreen'].map((key) => rollout.at('spec', 'strategy', key, 'trafficRoutingRef')),
      ]
      return names.some(({ value }) => value === source.name)
    })
    reading.at('metadata').take()
    if (!used) {
      reading
        .at('spec')
        .lost(
          'no Rollout among the files uses it, and Serin has no routing of its own',
          'write its routes into the Rollouts of those services',
        )
      return []
    }
    trafficOf(routings(reading))
    const doInstead = 'release the services one after the other'
    reading.at('spec', 'strategy').lost('a chain of services with the same headers or weights has no counterpart', doInstead)
    return []
  },
}

const nothing = (kind: string, what: string): Converter => ({
  peer: 'kruise',
  kind: `${kind} of rollouts.kruise.io`,
  accepts: ofKind('rollouts.kruise.io', kind),
  convert(reading) {
    reading.at('metadata').take()
    reading.say({ severity: 'lost', what: `nothing is made of it: ${what}`, doInstead: 'leave it out' })
    reading.at('spec').take()
    return []
  },
})

export const batchRelease = nothing(
  'BatchRelease',
  'Kruise makes it for a run of its own, and runs of Serin stand in the status of the Rollout',
)
export const rolloutHistory = nothing('RolloutHistory', 'runs that ended stand in status.history of the Rollout')
