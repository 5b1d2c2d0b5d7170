import { natures } from '../versions.ts'
import type { ActKind } from './act.ts'

/** A new version: somebody runs `kubectl set image`, or commits it and the tool applies it. */
export const release: ActKind = {
  what: 'deed',
  concerns: 'shop',
  often: 3,
  draw: (draw) => {
    const nature = draw.weighed([[9, 'good'], ...natures.filter((one) => one !== 'good').map((one) => [1, one] as const)])
    return { nature, number: draw.whole(1, 99), ...(nature === 'soonmissing' ? { healsMs: draw.whole(500, 12_000) } : {}) }
  },
  lasts: ({ healsMs = 0 }) => healsMs,
  async perform(sim, { nature, number, healsMs }, shop) {
    const version = `${nature}${number}`
    // The registry heals, or somebody pushes the image at last.
    if (healsMs !== undefined) sim.after(healsMs, () => sim.sandbox.images.set(`demo:${version}`, { startMs: 200 }))
    sim.repository.release(shop.name, version)
    if (shop.by === 'gitops') return sim.apply(shop)
    const template = { spec: { template: { spec: { containers: [{ name: 'web', image: `demo:${version}` }] } } } }
    await sim.apiOf(shop).patch('Deployment', shop.name, 'strategic', template)
  },
}
