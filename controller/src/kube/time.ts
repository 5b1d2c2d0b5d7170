import type { Instant } from '../clock.ts'

/** As Kubernetes' MicroTime wants it: six digits behind the point. */
export function microTime(at: Instant): string {
  return new Date(at).toISOString().replace('Z', '000Z')
}
