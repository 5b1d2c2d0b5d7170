import type { Blow, Hazard } from '../carrier.ts'
import type { Draw } from '../random.ts'
import type { ActKind } from './act.ts'

/** A time in which requests of controllers go wrong like this. */
function storm(
  fault: string,
  often: number,
  particulars: (draw: Draw) => { blow: Blow } & Partial<Pick<Hazard, 'only' | 'times'>>,
): ActKind {
  return {
    what: 'fault',
    concerns: 'cluster',
    often,
    draw: (draw) => ({ ms: draw.whole(100, 6_000), share: draw.pick([0.05, 0.2, 0.5, 1]), ...particulars(draw) }),
    lasts: ({ ms }) => ms,
    perform(sim, { ms, share, ...hazard }) {
      sim.carrier.hazards.push({ fault, until: sim.clock.now() + ms, share, ...hazard })
    },
  }
}

export const apiConflicts = storm('apiConflicts', 2, () => ({ only: 'write', blow: { do: 'answer', status: 409 } }))
export const apiBusy = storm('apiBusy', 2, (draw) => ({ blow: { do: 'answer', status: 429, retryAfterSeconds: draw.whole(1, 3) } }))
export const apiErrors = storm('apiErrors', 2, () => ({ blow: { do: 'answer', status: 500 } }))
export const apiAway = storm('apiAway', 2, (draw) => ({ blow: { do: 'lose', afterMs: draw.whole(0, 3_000) } }))
export const answersLost = storm('answersLost', 3, (draw) => ({
  only: 'write',
  blow: { do: 'lose answer', afterMs: draw.whole(0, 3_000) },
}))
export const apiSlow = storm('apiSlow', 2, (draw) => ({ blow: { do: 'delay', ms: draw.whole(50, 2_500) } }))
export const killedBefore = storm('killedBefore', 2, (draw) => ({ times: draw.whole(1, 3), blow: { do: 'kill', when: 'before' } }))
export const killedAfter = storm('killedAfter', 3, (draw) => ({ times: draw.whole(1, 3), blow: { do: 'kill', when: 'after' } }))

/** Watches end, break, or learn that their place in history is gone: once, or again and again. */
function cut(fault: string, how: 'end' | 'reset' | 'gone'): ActKind {
  return {
    what: 'fault',
    concerns: 'cluster',
    often: 1.5,
    draw: (draw) => ({ times: draw.whole(1, 5), everyMs: draw.whole(50, 1_200) }),
    lasts: ({ times, everyMs }) => times * everyMs,
    perform(sim, { times, everyMs }) {
      for (let n = 0; n < times; n++)
        sim.after(n * everyMs, () => {
          sim.struck(fault)
          sim.carrier.cut(how)
        })
    },
  }
}

export const watchesEnd = cut('watchesEnd', 'end')
export const watchesBreak = cut('watchesBreak', 'reset')
export const watchesGone = cut('watchesGone', 'gone')

/** Events come seconds late: of all kinds alike, or of each kind by a time of its own, so that what happened first is seen last. */
export const watchesLate: ActKind = {
  what: 'fault',
  concerns: 'cluster',
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
