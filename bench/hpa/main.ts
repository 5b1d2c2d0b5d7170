// How far a HorizontalPodAutoscaler goes beyond what it would do without a release, by the formula of Kubernetes: every kind of metric, base
// load, weight and size, under a load that stays, doubles or halves over the run. No cluster: the pure arithmetic, look by look.
//   npm run bench:hpa     writes bench/results/hpa.json and hpa.md
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Behaviour } from '../../sandbox/src/controllers/hpaLimits.ts'
import { machine } from '../machine.ts'
import { allSizes, baseShares, compare, type Found, gapOf, loads } from './compare.ts'
import { held, release } from './course.ts'
import { metricKinds } from './metric.ts'
import { page } from './page.ts'

const began = Date.now()
const runs = [
  ...[10, 25, 50, 100].map((weight) => ({ name: `held at ${weight} %`, stretches: held(weight) })),
  { name: 'a release', stretches: release },
]
/** What some people set, so that it goes down at once. */
const impatient: Behaviour = {
  scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
  scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
}
const found: Found[] = []
const withoutWindow: Found[] = []
for (const metric of metricKinds)
  for (const baseShare of metric.hasBase ? baseShares : [0])
    for (const run of runs) {
      const some = run.name === 'a release' ? loads : (['constant'] as const)
      for (const load of some) found.push(compare({ metric, baseShare, load, run }))
      if (run.name === 'a release') withoutWindow.push(compare({ metric, baseShare, load: 'constant', run, behaviour: impatient }))
    }

// The design's promise: where use follows the load alone, a release under a steady load changes nothing.
const run = { name: 'a release', stretches: release }
const gaps = metricKinds.flatMap((metric) => allSizes.map((size) => gapOf({ metric, baseShare: 0, load: 'constant', run }, size)))
const farthest = Math.max(...gaps.flatMap(({ more, less }) => [more.pods, less.pods]))
const promise = `No base load, constant load, every kind of metric, every size from 2 to 100: ${farthest === 0 ? 'no pod' : `${farthest} pod`} more or fewer at any look (promised: 1)`
const text = page(found, withoutWindow, [promise])
const folder = join(import.meta.dirname, '../results')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'hpa.json'), `${JSON.stringify({ machine: machine(), results: { farthest, found, withoutWindow } }, null, 1)}\n`)
writeFileSync(join(folder, 'hpa.md'), text)
console.log(text)
console.error(`${((Date.now() - began) / 1000).toFixed(1)} s`)
if (farthest > 1) {
  console.error(`MISSED  ${promise}`)
  process.exitCode = 1
}
