import type { Blow, Hazard } from '../carrier.ts'
import type { Draw } from '../random.ts'
import type { ActKind } from './act.ts'

type Particulars = { blow: Blow } & Partial<Pick<Hazard, 'only' | 'times' | 'share'>>

/** How long after its end a blow may still be felt. */
function aftermath(blow: Blow): number {
  switch (blow.do) {
    case 'lose':
    case 'lose answer':
      return blow.afterMs
    case 'delay':
    case 'answer late':
      return blow.ms
    case 'arrive late':
      return Math.max(blow.afterMs, blow.lateMs)
    case 'freeze':
      return Math.max(blow.ms, blow.lateMs)
    case 'kill':
      return 1_500
    default:
      return 0
  }
}

/** A time in which requests of controllers go wrong like this. */
function storm(fault: string, often: number, particulars: (draw: Draw) => Particulars): ActKind {
  return {
    what: 'fault',
    concerns: 'cluster',
    often,
    draw: (draw) => ({ ms: draw.whole(100, 6_000), share: draw.pick([0.05, 0.2, 0.5, 1]), ...particulars(draw) }),
    lasts: ({ ms, blow }) => ms + aftermath(blow),
    perform(sim, { ms, share, ...hazard }) {
      sim.carrier.hazards.push({ fault, until: sim.clock.now() + ms, share, ...hazard })
    },
  }
}

export const apiConflicts = storm('apiConflicts', 2, () => ({ only: 'write', blow: { do: 'answer', status: 409 } }))
export const apiBusy = storm('apiBusy', 2, (draw) => ({ blow: { do: 'answer', status: 429, retryAfterSeconds: draw.whole(1, 3) } }))
export const apiErrors = storm('apiErrors', 2, (draw) => ({ blow: { do: 'answer', status: draw.pick([500, 500, 503, 504]) } }))
/** Rights are taken away for a time, or a quota is full. */
export const writesForbidden = storm('writesForbidden', 1.5, () => ({ only: 'write', blow: { do: 'answer', status: 403 } }))
export const apiAway = storm('apiAway', 2, (draw) => ({ blow: { do: 'lose', afterMs: draw.pick([0, draw.whole(0, 3_000), 8_000]) } }))
export const answersLost = storm('answersLost', 3, (draw) => ({
  only: 'write',
  blow: { do: 'lose answer', afterMs: draw.whole(0, 3_000) },
}))
export const apiSlow = storm('apiSlow', 2, (draw) => ({ blow: { do: 'delay', ms: draw.whole(50, 2_500) } }))
/** Watches tell of a write long before its answer comes. */
export const answersSlow = storm('answersSlow', 2, (draw) => ({
  only: 'write',
  blow: { do: 'answer late', ms: draw.whole(50, 2_500) },
}))
export const killedBefore = storm('killedBefore', 2, (draw) => ({
  times: draw.whole(1, 3),
  share: draw.pick([0.2, 1]),
  blow: { do: 'kill', when: 'before' },
}))
export const killedAfter = storm('killedAfter', 3, (draw) => ({
  times: draw.whole(1, 3),
  share: draw.pick([0.2, 1]),
  blow: { do: 'kill', when: 'after' },
}))
/** A write that was under way arrives when its sender has given it up, or is dead, and its successor has acted. */
export const writesLate = storm('writesLate', 2.5, (draw) => ({
  only: 'write',
  times: draw.whole(1, 3),
  blow: { do: 'arrive late', afterMs: draw.whole(0, 2_000), lateMs: draw.whole(200, 6_000), kill: draw.chance(0.5) },
}))
/** A leader stands still in the middle of a write for longer than its lease lasts, and goes on where it was. */
export const frozenWriting = storm('frozenWriting', 2, (draw) => ({
  only: 'write',
  times: 1,
  share: draw.pick([0.3, 1]),
  blow: { do: 'freeze', ms: draw.whole(2_000, 9_000), lateMs: draw.whole(0, 8_000) },
}))

/** Lists come in small pages, and the server forgets between two of them where it was. */
export const listsGone: ActKind = {
  what: 'fault',
  concerns: 'cluster',
  often: 1.5,
  draw: (draw) => ({ ms: draw.whole(500, 5_000), size: draw.whole(1, 3), share: draw.pick([0.3, 1]) }),
  lasts: ({ ms }) => ms,
  perform(sim, { ms, size, share }) {
    const common = { fault: 'listsGone', until: sim.clock.now() + ms, only: 'list' as const }
    sim.carrier.hazards.push(
      { ...common, share: 1, path: /limit=500(&|$)(?!.*continue=)/, blow: { do: 'page', size } },
      { ...common, share, path: /continue=/, blow: { do: 'answer', status: 410 } },
    )
    sim.carrier.cut('gone')
  },
}

/** The API server goes away and comes back; every connection breaks. */
export const apiRestarts: ActKind = {
  what: 'fault',
  concerns: 'cluster',
  often: 1,
  draw: (draw) => ({ downMs: draw.whole(50, 4_000) }),
  lasts: ({ downMs }) => downMs,
  perform(sim, { downMs }) {
    sim.struck('apiRestarts')
    sim.sandbox.server.restart(downMs)
  },
}
