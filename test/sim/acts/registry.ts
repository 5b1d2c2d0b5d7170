import * as accidents from './accidents.ts'
import type { ActKind } from './act.ts'
import * as api from './api.ts'
import * as machines from './machines.ts'
import * as people from './people.ts'
import * as pods from './pods.ts'
import { release } from './release.ts'
import * as surroundings from './surroundings.ts'
import * as tools from './tools.ts'
import * as watches from './watches.ts'

const all: Record<string, ActKind> = {
  release,
  ...people,
  ...tools,
  ...accidents,
  ...api,
  ...watches,
  ...machines,
  ...pods,
  ...surroundings,
}

/** Everything that can happen, by name; in the order of the names, since who loads a module decides on the order of its exports. */
export const actKinds: Readonly<Record<string, ActKind>> = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))

export const faultNames: readonly string[] = Object.entries(actKinds).flatMap(([name, { what }]) => (what === 'fault' ? [name] : []))
