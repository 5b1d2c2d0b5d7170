import { z } from 'zod'
import { ObjectName } from './fields.ts'

/** A key of a Secret: in the namespace of the object that names it; of a cluster-wide object in the namespace of Serin. */
export const SecretKeyRef = z
  .object({
    name: ObjectName.meta({ description: 'Name of the Secret.' }),
    key: z
      .string()
      .min(1)
      .max(253)
      .regex(/^[-._a-zA-Z0-9]+$/)
      .meta({ description: 'The key in it.', write: 'a key of a Secret: letters, digits, "-", "_" and "."' }),
  })
  .meta({ typeName: '`{name, key}` of a Secret' })
export type SecretKeyRef = z.output<typeof SecretKeyRef>
