import { errorWorlds } from './errors.ts'
import { gaugeWorlds } from './gauges.ts'
import { latencyWorlds } from './latency.ts'
import { marginWorlds } from './margin.ts'
import { wholeWorlds } from './whole.ts'
import type { World } from './world.ts'

/** Changes whenever the same seed would draw other tables. */
export const generatorVersion = 1

export const worlds: readonly World[] = [...errorWorlds, ...latencyWorlds, ...gaugeWorlds, ...wholeWorlds, ...marginWorlds]

export function worldNamed(name: string): World {
  const found = worlds.find((world) => world.name === name)
  if (!found) throw new Error(`no world ${name}; there are ${worlds.map((world) => world.name).join(' | ')}`)
  return found
}
