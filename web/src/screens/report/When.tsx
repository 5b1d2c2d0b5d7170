import { Instant, Time } from '../../parts/Time.tsx'

/** An instant as its distance from now; on paper, where there is no now, as itself. */
export function When({ at }: { at: string }) {
  return (
    <>
      <span className="screen-only">
        <Time at={at} />
      </span>
      <span className="print-only">
        <Instant at={at} />
      </span>
    </>
  )
}
