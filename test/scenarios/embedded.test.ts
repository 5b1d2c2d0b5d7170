import { describe, expect, it } from 'vitest'
import { embeddedCluster } from '../dsl/embedded.ts'
import { compared } from '../dsl/requests.ts'
import { tellOn } from '../dsl/scenario.ts'
import { groups } from './groups.ts'

const seed = Number(process.env.SEED ?? 1)

for (const [group, scenarios] of Object.entries(groups)) {
  describe(group, () => {
    for (const scenario of scenarios) {
      if (scenario.only === 'real') continue
      it(scenario.name, async () => {
        const cluster = embeddedCluster(seed)
        try {
          await tellOn(cluster, scenario)
        } finally {
          await cluster.stop()
        }
      })
    }
  })
}

// Last: it looks at what all of them asked, and so needs all of them told.
describe('the rights of the controller', () => {
  it('are what all of these scenarios together needed', () => {
    expect(compared()).toEqual({ missing: [], spare: [] })
  })
})
