import type { Doom, Replica } from '../fleet.ts'
import type { Sim } from '../sim.ts'
import type { ActKind } from './act.ts'

const fault = { what: 'fault', concerns: 'cluster' } as const

/** One of the controllers that run; `which` is from 0 to below 1. */
function oneOf(sim: Sim, which: number): Replica | undefined {
  const running = sim.fleet.running()
  return running[Math.floor(which * running.length)]
}

/** A controller dies between two requests. */
export const killed: ActKind = {
  ...fault,
  often: 3,
  draw: (draw) => ({ which: draw.next(), againMs: draw.whole(20, 3_000) }),
  lasts: ({ againMs }) => againMs,
  perform(sim, { which, againMs }) {
    const replica = oneOf(sim, which)
    if (!replica) return
    sim.struck('killed')
    sim.fleet.kill(replica, againMs)
  },
}

/** Every controller dies at once, and for a time nobody looks. */
export const leaderless: ActKind = {
  ...fault,
  often: 1.5,
  draw: (draw) => ({ ms: draw.whole(500, 9_000) }),
  lasts: ({ ms }) => ms,
  perform(sim, { ms }) {
    sim.struck('leaderless')
    for (const replica of sim.fleet.running()) sim.fleet.kill(replica, ms)
  },
}

/** A controller dies at one of its next steps of a sort, again and again: there is no await at which that may do harm. */
function doomed(name: string, often: number, of: Doom['of'], most: number): ActKind {
  return {
    ...fault,
    often,
    draw: (draw) => ({ nth: draw.whole(1, most), times: draw.whole(1, 3), ms: draw.whole(500, 6_000), againMs: draw.whole(20, 1_000) }),
    lasts: ({ ms, times, againMs }) => times * ms + againMs,
    perform(sim, { nth, times, ms, againMs }) {
      for (let n = 0; n < times; n++)
        sim.after(n * ms, () => {
          const doom = { of, nth, until: sim.clock.now() + ms, againMs, struck: (shop?: string) => sim.struck(name, shop) }
          for (const replica of sim.fleet.running()) replica.doom(doom)
        })
    },
  }
}

export const killedAtTimer = doomed('killedAtTimer', 2, 'timer', 30)
export const killedAsking = doomed('killedAsking', 1, 'source', 4)

/** A process stands still for longer than its lease lasts, and goes on as if nothing had been: for a moment two lead. */
export const frozen: ActKind = {
  ...fault,
  often: 2,
  draw: (draw) => ({ which: draw.next(), ms: draw.whole(300, 9_000) }),
  lasts: ({ ms }) => ms,
  perform(sim, { which, ms }) {
    const replica = oneOf(sim, which)
    if (!replica) return
    sim.struck('frozen')
    replica.freeze(ms)
  },
}

/** Another one is started beside those that run, for a time; `leased: false`: it leads without asking anybody. */
function doubledBy(name: string, often: number, leased: boolean): ActKind {
  return {
    ...fault,
    often,
    draw: (draw) => ({ ms: draw.whole(500, 8_000) }),
    lasts: ({ ms }) => ms,
    perform(sim, { ms }) {
      const more = sim.fleet.extra({ election: leased })
      sim.struck(name)
      sim.after(ms, () => more.kill())
    },
  }
}

export const doubled = doubledBy('doubled', 1, true)
export const leaseless = doubledBy('leaseless', 2, false)

/** The controller itself is updated: the old process ends in order, the new one begins. */
export const relieved: ActKind = {
  ...fault,
  often: 1,
  draw: (draw) => ({ which: draw.next() }),
  lasts: () => 6_000,
  perform(sim, { which }) {
    const replica = oneOf(sim, which)
    if (!replica) return
    sim.struck('relieved')
    sim.fleet.relieve(replica)
  },
}

/** A clock jumps, forwards or back. */
export const clockJumps: ActKind = {
  ...fault,
  often: 2,
  draw: (draw) => ({ which: draw.next(), ms: draw.whole(-20_000, 20_000), forMs: draw.whole(500, 8_000) }),
  lasts: ({ forMs }) => forMs,
  perform(sim, { which, ms, forMs }) {
    const replica = oneOf(sim, which)
    if (!replica) return
    sim.struck('clockJumps')
    replica.jump = ms
    sim.after(forMs, () => {
      replica.jump = 0
    })
  },
}
