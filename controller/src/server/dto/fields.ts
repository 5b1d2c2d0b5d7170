import { z } from 'zod'

/** Words that several shapes share. Everything in this folder is what travels between the server and its clients: the page imports the types, OpenAPI is made from the schemas. */

export const Time = z.string().meta({ description: 'An instant, ISO 8601 with its zone.', format: 'date-time' })

/** Where something is. */
export const Named = z.object({
  namespace: z.string().meta({ description: 'Its namespace.' }),
  name: z.string().meta({ description: 'Its name.' }),
})

export const Tally = z
  .object({
    value: z.string().meta({ description: 'The value.' }),
    count: z.int().min(0).meta({ description: 'How many have it.' }),
  })
  .meta({ description: 'A value and how often it occurs.' })

/** A page of a list. `next` is opaque: sent back as `cursor` it gives what follows. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item).meta({ description: 'In the order asked for.' }),
    total: z.int().min(0).meta({ description: 'How many there are on all pages.' }),
    next: z.string().optional().meta({ description: 'Where the next page begins; absent on the last.' }),
  })

export const Paging = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100).meta({ description: 'Most items of a page.' }),
  cursor: z.string().max(500).optional().meta({ description: '`next` of the page before.' }),
})

export type Named = z.output<typeof Named>
export type Tally = z.output<typeof Tally>
