// npm run sim:mutants: puts bugs into the product, one at a time, and looks whether the simulation finds them. Exit code 1 when one survives.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Mutant, mutants, mutated } from '../mutants.ts'
import { asked, BadArguments, command, whole } from '../options.ts'
import { planOf } from '../plan.ts'
import { poolOf } from '../pool.ts'
import { lastFound, writeFound } from './found.ts'
import { type Hunted, hunt, soundOver, worthTrying } from './hunt.ts'

const help = `npm run sim:mutants -- [names...] [options]

Puts each bug of test/sim/mutants into the product and simulates until a promise is broken. Without names: all of them. The seed that
found one last (test/sim/mutants/found.json) is tried first.

  --seeds N       among so many seeds (1000)
  --from S        the first of them (1)
  --most N        gives up after so many of them (all)
  --jobs N        mutants side by side (one a core)
  --some N        so many of them only, others every day
  --write         writes down which seeds found them
  --list          prints them
  --help          this

Exit codes: 0 every one was found, 1 one survived or does not fit its file any more, 3 the arguments make no sense.
`

const root = join(import.meta.dirname, '../../..')

await command(async (args) => {
  const { values, positionals } = asked(() => {
    const string = { type: 'string' } as const
    const boolean = { type: 'boolean', default: false } as const
    const options = { seeds: string, from: string, most: string, jobs: string, some: string, write: boolean, list: boolean, help: boolean }
    return parseArgs({ args: [...args], allowPositionals: true, options })
  })
  if (values.help) {
    console.log(help)
    return true
  }
  if (values.list) {
    for (const { name, file, why, breaks } of mutants) console.log(`${name}\n  ${file}\n  ${why}\n  breaks: ${breaks}`)
    return true
  }
  const count = whole('seeds', values.seeds ?? '1000', 1, 100_000)
  const from = whole('from', values.from ?? '1', 0)
  const most = whole('most', values.most ?? String(count), 1)
  const jobs = whole('jobs', values.jobs ?? String(availableParallelism()), 1, 256)
  const some = values.some === undefined ? mutants : ofToday(mutants, whole('some', values.some, 1, mutants.length))
  const chosen = positionals.length > 0 ? named(positionals) : some
  for (const mutant of chosen) mutated(mutant, readFileSync(join(root, mutant.file), 'utf8'))

  const plans = Array.from({ length: count }, (_, n) => planOf(from + n))
  const began = performance.now()
  const asItIs = poolOf({ jobs: 1 })
  const sound = soundOver(asItIs)
  const hunted: Hunted[] = []
  const last = lastFound()
  const left = [...chosen]
  const work = async () => {
    for (let mutant = left.shift(); mutant; mutant = left.shift()) {
      const seeds = worthTrying(mutant, plans, last[mutant.name]).slice(0, most)
      const one = await hunt(mutant, { seeds, sound })
      hunted.push(one)
      console.log(line(one))
    }
  }
  await Promise.all(Array.from({ length: Math.min(jobs, chosen.length) }, work))
  asItIs.close()
  if (values.write)
    writeFound(
      Object.fromEntries(hunted.flatMap(({ mutant, caught }) => (caught ? [[mutant.name, caught.seed]] : []))),
      mutants.map(({ name }) => name),
    )
  const survivors = hunted.filter(({ caught }) => !caught)
  const hardest = Math.max(0, ...hunted.flatMap(({ caught, seeds: took }) => (caught ? [took] : [])))
  console.log(
    `\n${hunted.length - survivors.length} of ${hunted.length} mutants found in ${((performance.now() - began) / 1000).toFixed(0)} s, the hardest after ${hardest} seeds`,
  )
  for (const { mutant } of survivors) console.log(`survived: ${mutant.name} (${mutant.file}), which should break '${mutant.breaks}'`)
  return survivors.length === 0
})

function named(names: readonly string[]): Mutant[] {
  const strange = names.find((name) => !mutants.some((mutant) => mutant.name === name))
  if (strange !== undefined) throw new BadArguments(`there is no mutant '${strange}'; --list names them`)
  return mutants.filter(({ name }) => names.includes(name))
}

/** Others every day, so that all have their turn. */
function ofToday(all: readonly Mutant[], count: number): Mutant[] {
  const day = Math.floor(Date.now() / 86_400_000)
  return Array.from({ length: count }, (_, n) => all[(day * count + n) % all.length]).filter((mutant) => mutant !== undefined)
}

function line({ mutant, caught, seeds, useless, ms }: Hunted): string {
  const took = `${String(seeds).padStart(4)} seeds ${(ms / 1000).toFixed(0).padStart(5)} s`
  const beside = useless.length > 0 ? ` (broken without it too: ${useless.slice(0, 8).join(', ')}${useless.length > 8 ? ', ...' : ''})` : ''
  const how = caught ? `'${caught.promise}' in seed ${caught.seed}: ${caught.what.slice(0, 160).replaceAll('\n', ' ')}` : 'SURVIVED'
  return `${mutant.name.padEnd(46)} ${took}  ${how}${beside}`
}
