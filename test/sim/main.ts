// npm run sim: simulates whole clusters, and looks whether the product's promises are kept. Exit code 1 when one was broken.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { actKinds } from './acts/registry.ts'
import { BadArguments, command, readSim, type SimOptions, simHelp } from './options.ts'
import { type Plan, planOf } from './plan.ts'
import { type Pool, poolOf } from './pool.ts'
import { breachText, endText, planText, progressLine, type Ran, reportJson, tailOf } from './report.ts'
import type { Outcome } from './run.ts'
import { shrink } from './shrink.ts'
import { byPromise, count, differed, emptyTally } from './tally.ts'

const root = join(import.meta.dirname, '../..')
/** Plans of breaches are written here. */
const folder = join(root, 'node_modules/.cache/serin/sim')
const progressEveryMs = 10_000
/** Every so many-th seed is run twice. */
const twiceEvery = 50
/** Of so many promises the first breach is shrunk, each for so long. */
const mostShrunk = 3
const shrinkMs = 60_000

await command(async (args) => {
  const options = readSim(args)
  if (options.help) {
    console.log(simHelp)
    return true
  }
  const pool = poolOf({ jobs: options.jobs })
  try {
    if (options.plan !== undefined) return await one(readPlan(options.plan), options, pool)
    if (options.replay !== undefined) return await one(planOf(options.replay), options, pool)
    return await many(options, pool)
  } finally {
    pool.close()
  }
})

/** One plan, told at length. */
async function one(plan: Plan, { keep, shrink: shrinks }: SimOptions, pool: Pool): Promise<boolean> {
  const outcome = await pool.run(plan, { keep: true })
  if (keep) console.log(outcome.journal.join('\n'))
  const { breach, changes, fingerprint, endings } = outcome
  console.log(`seed ${plan.seed}: ${changes} changes, fingerprint ${fingerprint}, runs ${JSON.stringify(endings)}`)
  if (!breach) {
    console.log('every promise was kept')
    return true
  }
  console.log(breachText(breach, plan.seed))
  if (shrinks) await shrunk(plan, outcome, pool)
  else if (!keep) console.log(`${planText(plan)}\n\n${tailOf(outcome)}`)
  return false
}

/** Seeds in turn, until enough or the time is over. */
async function many(options: SimOptions, pool: Pool): Promise<boolean> {
  const { seeds, from, minutes, jobs } = options
  const tally = emptyTally()
  const began = performance.now()
  const outcomes = new Map<string, Outcome>()
  let next = from
  let stopped = false
  process.once('SIGINT', () => {
    stopped = true
  })
  const over = () => stopped || next >= from + seeds || (minutes !== undefined && performance.now() - began > minutes * 60_000)
  const found = (outcome: Outcome) => {
    if (!outcome.breach) return
    console.log(`\n${breachText(outcome.breach, outcome.seed)}`)
    const { promise } = outcome.breach
    if (outcome.seed < (outcomes.get(promise)?.seed ?? Number.POSITIVE_INFINITY)) outcomes.set(promise, outcome)
  }
  const work = async () => {
    while (!over()) {
      const seed = next++
      const started = performance.now()
      let outcome = await pool.run(seed)
      const ms = performance.now() - started
      if (seed % twiceEvery === 0) {
        const again = await pool.run(seed)
        tally.twice++
        if (again.fingerprint !== outcome.fingerprint) outcome = { ...outcome, breach: outcome.breach ?? differed(outcome, again) }
      }
      count(tally, outcome, ms)
      found(outcome)
    }
  }
  const ticking = setInterval(() => console.error(progressLine(tally, performance.now() - began)), progressEveryMs)
  await Promise.all(Array.from({ length: jobs }, work))
  clearInterval(ticking)
  const ran: Ran = { tally, from, ms: performance.now() - began, jobs }
  const report = `${JSON.stringify(reportJson(ran), null, 2)}\n`
  if (options.json !== undefined) written(options.json, report)
  if (options.write) written(join(root, 'bench/results/sim.json'), report)
  if (options.shrink)
    for (const [promise] of byPromise(tally).slice(0, mostShrunk)) {
      const outcome = outcomes.get(promise)
      if (outcome && promise !== 'the same seed is the same run') await shrunk(planOf(outcome.seed), outcome, pool)
    }
  console.log(`\n${endText(ran)}`)
  return tally.breaches.length === 0
}

/** The smallest world that breaks the same promise, told at length and written down. */
async function shrunk(plan: Plan, outcome: Outcome, pool: Pool): Promise<void> {
  const size = (of: Plan) => `${of.shops.length} shops and ${of.acts.length} acts`
  const least = await shrink(plan, outcome, { run: (of) => pool.run(of), jobs: pool.size, deadline: performance.now() + shrinkMs })
  const again = await pool.run(least.plan, { keep: true })
  const file = join(folder, `seed-${plan.seed}.json`)
  written(file, `${JSON.stringify(least.plan, null, 2)}\n`)
  const how = `${least.tried} worlds were tried${least.smallest ? '' : ', and the time was over'}`
  console.log(`\nSeed ${plan.seed} shrunk from ${size(plan)} to ${size(least.plan)} (${how}):\n`)
  console.log(`${planText(least.plan)}\n\n${tailOf(again)}\n`)
  console.log(`  again   npm run sim -- --plan ${relative(process.cwd(), file)} --keep`)
}

function readPlan(file: string): Plan {
  let plan: Partial<Plan>
  try {
    plan = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new BadArguments(`--plan ${file}: ${error instanceof Error ? error.message : error}`)
  }
  const { seed, shops, acts, namespaces, controllers, calmAt } = plan ?? {}
  const lists = [shops, acts, namespaces].every(Array.isArray)
  if (!lists || ![seed, controllers, calmAt].every(Number.isFinite) || shops?.length === 0)
    throw new BadArguments(
      `--plan ${file}: it is no plan: write one that a failing run wrote, with seed, shops, acts, namespaces, controllers and calmAt`,
    )
  const strange = acts?.find(({ name }) => !(name in actKinds))
  if (strange) throw new BadArguments(`--plan ${file}: there is no act '${strange.name}': there are ${Object.keys(actKinds).join(', ')}`)
  return plan as Plan
}

function written(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
