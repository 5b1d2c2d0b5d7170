import { quantile } from 'simple-statistics'

/** Microseconds a call takes: the median of 50 batches of 200, after a warm-up. */
export function perCall(work: () => unknown): number {
  const batch = 200
  for (let i = 0; i < 5 * batch; i++) work()
  const batches = Array.from({ length: 50 }, () => {
    const began = process.hrtime.bigint()
    for (let i = 0; i < batch; i++) work()
    return Number(process.hrtime.bigint() - began) / 1000 / batch
  })
  return Number(quantile(batches, 0.5).toFixed(1))
}
