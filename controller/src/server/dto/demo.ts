import { z } from 'zod'

export const DemoVersion = z.enum(['good', 'slow', 'broken'])

export const Demo = z
  .object({
    services: z
      .array(
        z.object({
          namespace: z.string(),
          name: z.string(),
          image: z.string().meta({ description: 'What its Deployment asks for now.' }),
        }),
      )
      .meta({ description: 'What there is to ship to.' }),
    versions: z.array(DemoVersion).meta({ description: 'What there is to ship.' }),
    allowed: z.boolean().meta({ description: 'Whether the person may.' }),
    because: z.string().optional().meta({ description: 'Why not.' }),
  })
  .meta({ id: 'Demo', description: 'What can be shipped by buttons.' })

export const Ship = z
  .strictObject({ service: z.string().min(1).max(253), version: DemoVersion })
  .meta({ id: 'Ship', description: 'A version to ship.' })

export const Shipped = z
  .object({ service: z.string(), image: z.string().meta({ description: 'What its Deployment asks for from now on.' }) })
  .meta({ id: 'Shipped', description: 'What was shipped.' })

export type DemoVersion = z.output<typeof DemoVersion>
export type Demo = z.output<typeof Demo>
export type Ship = z.output<typeof Ship>
export type Shipped = z.output<typeof Shipped>
