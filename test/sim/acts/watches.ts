import type { Cut } from '../carrier.ts'
import type { ActKind } from './act.ts'

const fault = { what: 'fault', concerns: 'cluster' } as const

/** Watches end in one of the ways in which they can: once, or again and again. */
function cut(name: string, how: Cut): ActKind {
  return {
    ...fault,
    often: 1.2,
    draw: (draw) => ({ times: draw.whole(1, 5), everyMs: draw.whole(50, 1_200) }),
    lasts: ({ times, everyMs }) => times * everyMs,
    perform(sim, { times, everyMs }) {
      for (let n = 0; n < times; n++)
        sim.after(n * everyMs, () => {
          sim.struck(name)
          sim.carrier.cut(how)
        })
    },
  }
}

export const watchesEnd = cut('watchesEnd', 'end')
export const watchesBreak = cut('watchesBreak', 'reset')
export const watchesGone = cut('watchesGone', 'gone')
export const watchesFail = cut('watchesFail', 'error')
export const watchesTorn = cut('watchesTorn', 'torn')

/** The server forgets its history, bookmarks were lost: watches end, and where they were is gone. */
export const historyForgotten: ActKind = {
  ...fault,
  often: 1.2,
  draw: (draw) => ({ times: draw.whole(1, 4), everyMs: draw.whole(100, 1_500) }),
  lasts: ({ times, everyMs }) => times * everyMs,
  perform(sim, { times, everyMs }) {
    sim.carrier.lags.push({ fault: 'historyForgotten', until: sim.clock.now() + times * everyMs, unmarked: true })
    for (let n = 0; n < times; n++)
      sim.after(n * everyMs, () => {
        sim.struck('historyForgotten')
        sim.sandbox.server.expireHistory()
        sim.carrier.cut('end')
      })
  },
}

/** Events come seconds late: of all kinds alike, or of each kind by a time of its own, so that what happened first is seen last. */
export const watchesLate: ActKind = {
  ...fault,
  often: 4,
  draw: (draw) => ({ ms: draw.whole(1_000, 8_000), alike: draw.chance(0.3), most: draw.whole(100, 4_000), salt: draw.whole(1, 1e6) }),
  lasts: ({ ms, most }) => ms + most,
  perform(sim, { ms, alike, most, salt }) {
    const kinds = new Map<string, number>()
    const draw = sim.random.fork(`late ${salt}`)
    sim.carrier.lags.push({
      fault: 'watchesLate',
      until: sim.clock.now() + ms,
      ms(path) {
        if (alike) return most
        const kind = /\/([a-z]+)\?/.exec(path)?.[1] ?? ''
        const known = kinds.get(kind) ?? (draw.chance(0.5) ? draw.whole(0, most) : 0)
        kinds.set(kind, known)
        return known
      },
    })
  },
}

/** Events come twice. */
export const eventsTwice: ActKind = {
  ...fault,
  often: 1,
  draw: (draw) => ({ ms: draw.whole(1_000, 8_000), share: draw.pick([0.2, 1]) }),
  lasts: ({ ms }) => ms,
  perform(sim, { ms, share }) {
    sim.carrier.lags.push({ fault: 'eventsTwice', until: sim.clock.now() + ms, twice: share })
  },
}
