import { z } from 'zod'
import { Named, Time } from './fields.ts'
import { Release } from './release.ts'

/** What the stream sends, by the name of the event. Each but `hello` has an id; after a break the client gives the last one as Last-Event-ID. */
const streamEvents = {
  /** First. `resumed`: nothing was missed; else the client fetches anew what it shows. */
  hello: z.object({ resumed: z.boolean(), at: Time }),
  /** A release is new or changed. Several changes close together are one. */
  release: Release,
  /** A release is gone, or the person may not see it any more. */
  gone: Named,
  /** The client was too slow, or rights changed: fetch anew. */
  refetch: z.object({ because: z.string() }),
} satisfies Record<string, z.ZodType>

export const StreamQuery = z.object({
  after: z.string().max(100).optional().meta({ description: 'As Last-Event-ID, for clients that cannot set headers.' }),
})

export type StreamEvents = { [K in keyof typeof streamEvents]: z.output<(typeof streamEvents)[K]> }
