import { natures } from '../versions.ts'
import type { ActKind } from './act.ts'

/** A new version: somebody runs `kubectl set image`, or commits it and the tool applies it. */
export const release: ActKind = {
  what: 'deed',
  concerns: 'shop',
  often: 3,
  draw: (draw) => ({
    nature: draw.weighed([[8, 'good'], ...natures.filter((nature) => nature !== 'good').map((nature) => [1, nature] as const)]),
    number: draw.whole(1, 99),
  }),
  async perform(sim, { nature, number }, shop) {
    const version = `${nature}${number}`
    sim.repository.release(shop.name, version)
    if (shop.by === 'gitops') return sim.apply(shop)
    const template = { spec: { template: { spec: { containers: [{ name: 'web', image: `demo:${version}` }] } } } }
    await sim.apiOf(shop).patch('Deployment', shop.name, 'strategic', template)
  },
}
