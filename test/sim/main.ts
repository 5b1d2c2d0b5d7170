import { planOf } from './plan.ts'
import { run } from './run.ts'

const [from = '1', count = '20', keep] = process.argv.slice(2)
let bad = 0
const t0 = performance.now()
for (let s = Number(from); s < Number(from) + Number(count); s++) {
  const p = planOf(s)
  const t = performance.now()
  const o = await run(p, { keep: keep === 'keep', onward: process.env.ONWARD === '1' })
  console.log(
    s,
    `${(performance.now() - t).toFixed(0)} ms`,
    p.shops.length,
    'shops',
    p.acts.length,
    'acts',
    o.changes,
    'changes',
    (o.lasted / 1000).toFixed(0) + 's',
    JSON.stringify(o.endings),
    o.fingerprint,
    ...o.breaches.map(({ promise, shop, at, what }) => `\n    BROKEN ${promise} ${shop} @${at}: ${what.slice(0, 400)}`),
  )
  if (o.breach) bad++
  if (keep === 'keep') console.log(o.journal.join('\n'))
}
console.log('bad', bad, 'of', count, ((performance.now() - t0) / Number(count)).toFixed(0), 'ms each')
