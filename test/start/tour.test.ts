import { expect, test } from 'vitest'
import { virtualClock } from '../../sandbox/src/virtualClock.ts'
import { startDemo } from '../../scripts/start/cluster.ts'
import { playTour, type TourResult } from '../../scripts/start/tour.ts'
import { start } from './process.ts'

const slow = { timeout: 120_000 }

/** The tour in this process: its result, what it told, and what the controller complained of. */
async function played(seed: number): Promise<{ result: TourResult; told: string[]; complaints: string[] }> {
  const clock = virtualClock()
  const told: string[] = []
  const complaints: string[] = []
  const complain = (_: object, message: string) => void complaints.push(message)
  const demo = await startDemo({ clock, seed, log: { debug() {}, info() {}, warn: complain, error: complain } })
  const result = await playTour({ ...demo, clock }, (line) => void told.push(line))
  await demo.stop(0)
  return { result, told, complaints }
}

test(
  'the tour promotes good versions, rolls bad ones back, fails no request to a healthy version; another process with the same seed tells the same',
  slow,
  async () => {
    const here = await played(7)
    expect(here.complaints).toEqual([])
    expect(here.result).toEqual({
      promoted: 4,
      rolledBack: 3,
      failedRequests: 0,
      badAnswers: expect.any(Number),
      virtualSeconds: expect.any(Number),
    })
    expect(here.result.badAnswers).toBeGreaterThan(0)
    expect(here.result.badAnswers).toBeLessThan(60)
    const story = here.told.join('\n')
    for (const part of [
      'GitOps applies everything again, by force: the weights stay ',
      'GitOps replaces everything: the weights stay ',
      'checkout: run 1 is over: v2 is the stable version now (All 2 gating metrics are surely within their margins',
      'ben may not abort rollout mail: needs the verb abort on rollouts.serin.dev',
      'checkout: run 2 is over: v2 has all the traffic again, v3 is gone (http errors: ',
      'checkout: run 3 is over: v2 has all the traffic again, v4 is gone (http latency: ',
      'search: the Service is switched: 100 % of the requests go to v2',
      'the undo started no pod',
      'mail: by the number of its pods 33 % of the requests go to v2',
      'mail: run 2 is over: v2 has all the traffic again, missing is gone (0 of 1 pod',
    ])
      expect(story).toContain(part)

    const { code, stdout, stderr } = await start(['--scenario', 'tour', '--exit', '--seed', '7']).ended
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    const { promoted, rolledBack, failedRequests, badAnswers } = here.result
    expect(JSON.parse(stdout)).toEqual({ promoted, rolledBack, failedRequests, badAnswers, seconds: expect.any(Number) })
    expect(stderr.split('\n').slice(0, -2)).toEqual(here.told)
  },
)
