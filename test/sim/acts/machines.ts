import type { ActKind } from './act.ts'

const fault = { what: 'fault', concerns: 'cluster' } as const

/** A controller dies between two requests. */
export const killed: ActKind = {
  ...fault,
  often: 3,
  draw: (draw) => ({ which: draw.next(), againMs: draw.whole(20, 3_000) }),
  lasts: ({ againMs }) => againMs,
  perform(sim, { which, againMs }) {
    const running = sim.fleet.running()
    const replica = running[Math.floor(which * running.length)]
    if (!replica) return
    sim.struck('killed')
    sim.fleet.kill(replica, againMs)
  },
}

/** A process stands still for longer than its lease lasts, and goes on as if nothing had been: for a moment two lead. */
export const frozen: ActKind = {
  ...fault,
  often: 2,
  draw: (draw) => ({ which: draw.next(), ms: draw.whole(300, 9_000) }),
  lasts: ({ ms }) => ms,
  perform(sim, { which, ms }) {
    const running = sim.fleet.running()
    const replica = running[Math.floor(which * running.length)]
    if (!replica) return
    sim.struck('frozen')
    replica.freeze(ms)
  },
}

/** Another one is started beside those that run: for a while there are more, as in a rolling update. */
export const doubled: ActKind = {
  ...fault,
  often: 2,
  draw: (draw) => ({ ms: draw.whole(500, 6_000) }),
  lasts: ({ ms }) => ms,
  perform(sim, { ms }) {
    const more = sim.fleet.start()
    sim.struck('doubled')
    sim.after(ms, () => {
      if (!more.dead) more.kill()
    })
  },
}

/** A clock jumps, forwards or back. */
export const clockJumps: ActKind = {
  ...fault,
  often: 2,
  draw: (draw) => ({ which: draw.next(), ms: draw.whole(-20_000, 20_000), forMs: draw.whole(500, 8_000) }),
  lasts: ({ forMs }) => forMs,
  perform(sim, { which, ms, forMs }) {
    const running = sim.fleet.running()
    const replica = running[Math.floor(which * running.length)]
    if (!replica) return
    sim.struck('clockJumps')
    replica.skew = ms
    sim.after(forMs, () => {
      replica.skew = 0
    })
  },
}
